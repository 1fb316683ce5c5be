import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { contains, type Period } from "@plumbline/domain/calendar/period";
import { apportion } from "@plumbline/domain/money/money";

/** A line that bills work, and of which days. */
export type BilledLine = {
  /** Of the invoice; absent while it is not issued. */
  readonly number: string | undefined;
  /** Net, less what was taken back to be billed again. */
  readonly minor: bigint;
  readonly isExpense: boolean;
  /** Billed minutes of each day; of what is no time, one day with none. */
  readonly days: readonly { readonly on: LocalDate; readonly minutes: number }[];
};

/** What invoices bill of a period. */
export type Billed = {
  readonly minor: bigint;
  readonly invoices: readonly { readonly number: string | undefined; readonly minor: bigint }[];
};

/**
 * Counts what lines bill of a period, by the days of the work and not of the invoices. A line about days of several periods is divided
 * by billed minutes, largest remainder, so that its parts come to it.
 */
export function billedOf(
  period: Period,
  { lines, includesExpenses }: { readonly lines: readonly BilledLine[]; readonly includesExpenses: boolean },
): Billed {
  const sums = new Map<string | undefined, bigint>();
  for (const line of lines) {
    const minor = line.isExpense && !includesExpenses ? 0n : partOf(line, period);
    if (minor !== 0n) sums.set(line.number, (sums.get(line.number) ?? 0n) + minor);
  }
  const invoices = [...sums].map(([number, minor]) => ({ number, minor }));
  return { invoices, minor: invoices.reduce((sum, { minor }) => sum + minor, 0n) };
}

function partOf({ minor, days }: BilledLine, period: Period): bigint {
  const isIn = days.map(({ on }) => contains(period, on));
  if (isIn.every((each) => each === isIn[0])) return isIn[0] === true ? minor : 0n;
  const minutes = days.map((day) => BigInt(day.minutes));
  const weights = minutes.some((each) => each > 0n) ? minutes : days.map(() => 1n);
  return apportion(minor, weights).reduce((sum, part, index) => (isIn[index] === true ? sum + part : sum), 0n);
}
