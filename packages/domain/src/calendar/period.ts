import { addMonths, type LocalDate, parseLocalDate } from "./local-date.ts";

/** A half-open span of days: `end` is the first day that no longer belongs to it. */
export type Period = { readonly start: LocalDate; readonly end: LocalDate };

/** The calendar month written `YYYY-MM`, or undefined when the text is not a month. */
export function monthPeriod(month: string): Period | undefined {
  const start = parseLocalDate(`${month}-01`);
  return start && { start, end: addMonths(start, 1) };
}

export const contains = (period: Period, date: LocalDate): boolean => period.start <= date && date < period.end;

/** Every calendar month from the one that holds `first` to the one that holds `last`, in order; none when reversed. */
export function monthsBetween(first: LocalDate, last: LocalDate): Period[] {
  const months: Period[] = [];
  for (let month = monthPeriod(first.slice(0, 7)); month && month.start <= last; month = following(month)) {
    months.push(month);
  }
  return months;
}

const following = (month: Period): Period => ({ start: month.end, end: addMonths(month.end, 1) });
