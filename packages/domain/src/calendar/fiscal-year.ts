import { type LocalDate, partsOf } from "./local-date.ts";

/**
 * The label of the fiscal year a date falls in: `2026` when years begin in January, else both calendar years, as in
 * `2026-27`, because readers disagree on whether a single number means the first or the last.
 *
 * @param startMonth  1 to 12, from the legal entity's calendar
 */
export function fiscalYearOf(date: LocalDate, startMonth: number): string {
  if (!Number.isInteger(startMonth) || startMonth < 1 || startMonth > 12) {
    throw new RangeError("a fiscal year begins in a month from 1 to 12");
  }
  const { year, month } = partsOf(date);
  if (startMonth === 1) return String(year);
  const first = month >= startMonth ? year : year - 1;
  return `${first}-${String((first + 1) % 100).padStart(2, "0")}`;
}
