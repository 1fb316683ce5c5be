import { addDays, daysBetween, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { monthsBetween, type Period } from "@plumbline/domain/calendar/period";
import { divide } from "@plumbline/domain/money/money";

/** What was billed before it was earned, and the days over which it is. */
export type DeferredLine = { readonly netMinor: bigint; readonly earned: Period };

/** What a month earns of deferred lines. */
export type EarnedMonth = { readonly month: Period; readonly minor: bigint };

/**
 * Spreads deferred lines evenly over their days, by calendar month. Each month is what was earned up to its end less what
 * was earned before it, both rounded half up, so that the months of a line come to its net whatever was rounded.
 */
export function earnByMonth(lines: readonly DeferredLine[]): EarnedMonth[] {
  const first = lines.map(({ earned }) => earned.start).toSorted()[0];
  const last = lines
    .map(({ earned }) => addDays(earned.end, -1))
    .toSorted()
    .at(-1);
  if (first === undefined || last === undefined) return [];
  return monthsBetween(first, last)
    .map((month) => ({
      month,
      minor: lines.reduce((sum, line) => sum + earnedBefore(line, month.end) - earnedBefore(line, month.start), 0n),
    }))
    .filter(({ minor }) => minor !== 0n);
}

function earnedBefore({ netMinor, earned: { start, end } }: DeferredLine, day: LocalDate): bigint {
  const days = Math.min(Math.max(daysBetween(start, day), 0), daysBetween(start, end));
  return divide(netMinor * BigInt(days), BigInt(daysBetween(start, end)), "half-up");
}
