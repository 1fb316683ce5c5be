import { daysBetween, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import { divide } from "@plumbline/domain/money/money";
import { beginsPeriod, periodsBetween } from "./recurrence.ts";

/** What a client pays at least, for each period or for a whole term. Amounts are text: terms are JSON. */
export type CommittedMinimum = {
  /** Net, in minor units of the engagement's currency. */
  readonly amountMinor: string;
  readonly every: CommitmentRhythm;
  /** First day of the first period. */
  readonly startsOn: LocalDate;
  /** First day that is not committed any more; goes on when absent. A term has one. */
  readonly until?: LocalDate;
  /** Whether expenses count as well as fees. Disbursements never do: they are the client's own money. */
  readonly includesExpenses?: true;
  /** Whether what is charged of it uses a cap. */
  readonly countsTowardsCap?: true;
  /** A period that ends early owes for its days; all of the minimum when absent. */
  readonly endedEarly?: "by_day";
};

export const commitmentRhythms = ["month", "quarter", "year", "term"] as const;
export type CommitmentRhythm = (typeof commitmentRhythms)[number];

/** A period with what it owes at least. */
export type CommittedPeriod = Period & {
  readonly agreed: CommittedMinimum;
  readonly minimumMinor: bigint;
  /** Where it ended early and owes for its days: how many those are, of how many. */
  readonly share?: { readonly days: number; readonly of: number };
};

/** What was agreed from a day on; terms without a minimum end the one before them. */
type Dated = { readonly from: LocalDate; readonly minimum?: CommittedMinimum | undefined };

/**
 * The periods that are over before a day, oldest first. One belongs to the terms of its first day. It ends early where the next one
 * begins within it, where terms without a minimum begin, and where the engagement is closed.
 *
 * @param versions    oldest first
 * @param closedFrom  first day on which there is no engagement any more
 */
export function committedPeriods(
  versions: readonly Dated[],
  { before, closedFrom }: { readonly before: LocalDate; readonly closedFrom?: LocalDate },
): CommittedPeriod[] {
  const begun = versions.flatMap(({ from, minimum }, index) => {
    const next = versions[index + 1]?.from;
    return minimum === undefined
      ? []
      : wholePeriods(minimum, before)
          .filter(({ start }) => start >= from && (next === undefined || start < next))
          .map((period) => ({ ...period, agreed: minimum }));
  });
  const without = versions.filter(({ minimum }) => minimum === undefined).map(({ from }) => from);
  return begun
    .map((period, index) => {
      const ends = [begun[index + 1]?.start, without.find((from) => from > period.start), closedFrom];
      return owing(period, earliest(period.end, ends));
    })
    .filter(({ start, end }) => start < end && end <= before);
}

const wholePeriods = (minimum: CommittedMinimum, before: LocalDate): readonly Period[] => {
  const { every, startsOn, until } = minimum;
  if (every === "term") return until === undefined ? [] : [{ start: startsOn, end: until }];
  return periodsBetween({ every, anchoredOn: startsOn }, startsOn, earliest(before, [until]));
};

/** By the days that the period really has; rounded half up, once. */
function owing(period: Period & Pick<CommittedPeriod, "agreed">, end: LocalDate): CommittedPeriod {
  const whole = BigInt(period.agreed.amountMinor);
  if (end === period.end || period.agreed.endedEarly !== "by_day") return { ...period, end, minimumMinor: whole };
  const share = { days: daysBetween(period.start, end), of: daysBetween(period.start, period.end) };
  return { ...period, end, share, minimumMinor: divide(whole * BigInt(share.days), BigInt(share.of), "half-up") };
}

const earliest = (day: LocalDate, others: readonly (LocalDate | undefined)[]): LocalDate =>
  others.reduce((first: LocalDate, other) => (other !== undefined && other < first ? other : first), day);

/** What the client pays at most, as `terms.ts` has it. */
type Ceiling = { readonly amountMinor?: string; readonly includesExpenses?: boolean };

/** What contradicts itself, or the cap beside it, in sentences under the member that has to change; empty when nothing does. */
export function minimumIssues(
  minimum: CommittedMinimum,
  cap: Ceiling | undefined,
): { readonly member: keyof CommittedMinimum; readonly reason: string }[] {
  const { every, startsOn, until, countsTowardsCap } = minimum;
  if (every === "term" && until === undefined)
    return [{ member: "until", reason: "is needed: the minimum is of a term, which ends" }];
  if (until !== undefined && until <= startsOn)
    return [{ member: "until", reason: "is before the first period begins" }];
  if (until !== undefined && every !== "term" && !beginsPeriod({ every, anchoredOn: startsOn }, until))
    return [{ member: "until", reason: "is not the last day of a period" }];
  if (countsTowardsCap && cap?.amountMinor === undefined)
    return [{ member: "countsTowardsCap", reason: "is about a cap on money, and there is none" }];
  const reason = aboveCap(minimum, cap);
  return reason === undefined ? [] : [{ member: "amountMinor", reason }];
}

/** Why nobody can pay the minimum without paying more than the cap. Expenses may fill up what fees cannot. */
export function aboveCap(minimum: CommittedMinimum, cap: Ceiling | undefined): string | undefined {
  if (cap?.amountMinor === undefined || (minimum.includesExpenses && cap.includesExpenses !== true)) return undefined;
  const least = BigInt(minimum.amountMinor);
  const most = BigInt(cap.amountMinor);
  if (least > most) return "is above the cap: the client cannot pay at least the one and at most the other";
  const { until } = minimum;
  const periods = until === undefined ? 1 : wholePeriods(minimum, until).length;
  return least * BigInt(periods) > most ? `comes to more than the cap over its ${periods} periods` : undefined;
}
