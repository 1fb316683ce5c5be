import { addMonths, type LocalDate, partsOf } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";

/** How often something that recurs is charged, in months. */
export const recurrences = { month: 1, quarter: 3, year: 12 } as const;
export type Recurrence = keyof typeof recurrences;
export const recurrenceNames = Object.keys(recurrences) as readonly Recurrence[];

/** Where periods begin: on this day and every so many months before and after it, on the last day of shorter months. */
export type Rhythm = { readonly every: Recurrence; readonly anchoredOn: LocalDate };

/** The periods, whole, that hold a day from `from` to before `until`, in order. */
export function periodsBetween(rhythm: Rhythm, from: LocalDate, until: LocalDate): Period[] {
  const periods: Period[] = [];
  for (let index = indexOf(rhythm, from); boundary(rhythm, index) < until; index += 1) {
    periods.push({ start: boundary(rhythm, index), end: boundary(rhythm, index + 1) });
  }
  return periods;
}

export const beginsPeriod = (rhythm: Rhythm, on: LocalDate): boolean => boundary(rhythm, indexOf(rhythm, on)) === on;

/** Always counted from the anchor: from the 31st of January to the 28th of February and on to the 31st of March. */
const boundary = ({ every, anchoredOn }: Rhythm, index: number): LocalDate =>
  addMonths(anchoredOn, index * recurrences[every]);

/** The last boundary that is not after a day. */
function indexOf(rhythm: Rhythm, on: LocalDate): number {
  const months = monthOf(on) - monthOf(rhythm.anchoredOn);
  const index = Math.floor(months / recurrences[rhythm.every]);
  return boundary(rhythm, index) > on ? index - 1 : index;
}

function monthOf(date: LocalDate): number {
  const { year, month } = partsOf(date);
  return year * 12 + month;
}
