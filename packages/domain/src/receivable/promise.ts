/**
 * What became of a promise to pay, on a day: it is kept by money that came in by its day or when nothing is left to pay,
 * broken when that day is over, and open until then. Derived from the payments and never stored.
 */
export const promiseStates = ["open", "kept", "broken", "withdrawn"] as const;
export type PromiseState = (typeof promiseStates)[number];
