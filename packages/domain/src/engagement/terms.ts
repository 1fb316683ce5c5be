/** What was agreed with a client for one engagement, from a day on. Stored as data, so old invoices can be recomputed. */
export type EngagementTerms = {
  readonly time: {
    readonly basis: TimeBasis;
    readonly increment: Increment;
  };
  /** Days from issue to due. */
  readonly paymentTermsDays: number;
};

/**
 * How time is paid for: by the hour, by a fee that covers it, or not at all.
 * Covered and unpaid minutes are accounted for as carefully as billed ones.
 */
export const timeBases = ["time_and_materials", "fixed_fee", "non_billable"] as const;
export type TimeBasis = (typeof timeBases)[number];

/** Time is rounded up to a multiple of `minutes`: each entry by itself, or a worker's day with the client as a whole. */
export type Increment = { readonly minutes: number; readonly per: (typeof incrementScopes)[number] };
export const incrementScopes = ["entry", "day"] as const;

/** Whether stored data are terms that can be billed by; anything else counts as no terms, and the engagement as not ready. */
export function areTerms(value: unknown): value is EngagementTerms {
  const { time, paymentTermsDays } = (value ?? {}) as Partial<EngagementTerms>;
  return (
    Number.isInteger(paymentTermsDays) &&
    timeBases.some((basis) => basis === time?.basis) &&
    incrementScopes.some((scope) => scope === time?.increment?.per) &&
    Number.isInteger(time?.increment.minutes) &&
    (time?.increment.minutes ?? 0) > 0
  );
}
