import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type CommittedPeriod, committedPeriods } from "@plumbline/domain/engagement/committed-minimum";
import type { EngagementId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { billedOf, type BilledLine } from "@plumbline/domain/rating/billed-of-period";
import { shortfallOf } from "@plumbline/domain/rating/shortfall";
import type { AgreedMinimums, KnownShortfall, ShortfallDetail } from "./agreed-minimums.ts";

/** What a period comes to: nothing lacks where the amount is nothing. */
export type CountedPeriod = Pick<KnownShortfall, "startsOn" | "endsOn"> & {
  readonly engagementId: EngagementId;
  readonly currency: Currency;
  readonly minimumMinor: bigint;
  readonly billedMinor: bigint;
  readonly amountMinor: bigint;
  readonly detail: ShortfallDetail;
};

/** Counts the periods of an engagement that are over before a day. */
export const countPeriods = (
  { engagementId, currency, terms }: AgreedMinimums,
  {
    lines,
    ...days
  }: { readonly lines: readonly BilledLine[]; readonly before: LocalDate; readonly closedFrom?: LocalDate },
): CountedPeriod[] =>
  committedPeriods(terms, days).map((period) => ({ engagementId, currency, ...countPeriod(period, lines) }));

function countPeriod({ agreed, minimumMinor, share, start, end }: CommittedPeriod, lines: readonly BilledLine[]) {
  const { includesExpenses, countsTowardsCap, amountMinor } = agreed;
  const billed = billedOf({ start, end }, { lines, includesExpenses: includesExpenses === true });
  const counted = billed.invoices.map(({ number, minor }) => ({
    ...(number !== undefined && { number }),
    minor: String(minor),
  }));
  return {
    startsOn: start,
    endsOn: end,
    minimumMinor,
    billedMinor: billed.minor,
    amountMinor: shortfallOf(minimumMinor, billed.minor),
    detail: {
      counted,
      ...(share && { prorated: { amountMinor, ...share } }),
      ...(includesExpenses && { includesExpenses }),
      ...(countsTowardsCap && { countsTowardsCap }),
    },
  };
}

/** What a stored shortfall would come to by what is billed now. */
export function countAnew({ startsOn, endsOn, minimumMinor, detail }: KnownShortfall, lines: readonly BilledLine[]) {
  const billed = billedOf(
    { start: startsOn, end: endsOn },
    { lines, includesExpenses: detail.includesExpenses === true },
  );
  return { billed, amountMinor: shortfallOf(BigInt(minimumMinor), billed.minor) };
}
