import type { LocalDate } from "../calendar/local-date.ts";

/** How a payer had money taken back. */
export const chargebackSchemes = ["card", "direct_debit"] as const;
export type ChargebackScheme = (typeof chargebackSchemes)[number];

/** Where a chargeback is, and where it may go from there. */
// prettier-ignore
// oxfmt-ignore
export const chargebackMoves = {
  open:     ["answered", "won", "lost"],
  answered: ["won", "lost"],
  won:      [],
  lost:     [],
} as const satisfies Record<string, readonly string[]>;

export type ChargebackState = keyof typeof chargebackMoves;

export const chargebackStates = Object.keys(chargebackMoves) as readonly ChargebackState[] as readonly [
  ChargebackState,
  ...ChargebackState[],
];

/** Nobody knows yet whose the money is. */
export const isUndecided = (state: ChargebackState): boolean => chargebackMoves[state].length > 0;

/** Why an answer does not count; undefined when it does. */
export function answerFault(
  { openedOn, answerBy }: { readonly openedOn: LocalDate; readonly answerBy: LocalDate },
  { answeredOn, today }: { readonly answeredOn: LocalDate; readonly today: LocalDate },
): string | undefined {
  if (answeredOn > today) return `${answeredOn} lies ahead: today is ${today}.`;
  if (answeredOn < openedOn) return `It was opened on ${openedOn}, after that.`;
  return answeredOn > answerBy ? `It had to be answered by ${answerBy}.` : undefined;
}

/** An undecided chargeback that nobody answered by its day. */
export const isMissed = (
  { state, answerBy }: { readonly state: ChargebackState; readonly answerBy: LocalDate },
  today: LocalDate,
): boolean => state === "open" && today > answerBy;
