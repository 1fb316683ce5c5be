import { dayOfWeek, type LocalDate } from "./local-date.ts";
import { instantAt } from "./time-zone.ts";

/** When a day is worked, in minutes since midnight on the wall; 1,440 is its end. */
export type Opening = { readonly opens: number; readonly closes: number };

/** When a legal entity works: by the day of the week, except on days that are named. `closed` days are not worked. */
export type BusinessCalendar = {
  readonly zone: string;
  /** By ISO 8601 day of the week, 1 is Monday; the usual hours where a day is missing. */
  readonly week: ReadonlyMap<number, Opening | "closed">;
  readonly days: ReadonlyMap<LocalDate, Opening | "closed">;
};

/** Who says nothing else works from 9 to 17, Monday to Friday. */
export const usualHours = { opens: 9 * 60, closes: 17 * 60 } as const satisfies Opening;
const lastWeekday = 5;

export const usualCalendar = (zone: string): BusinessCalendar => ({ zone, week: new Map(), days: new Map() });

/** The first and the last instant, in milliseconds, of what is worked on a day. */
export type Span = { readonly start: number; readonly end: number };

/**
 * What is worked on a day, or undefined.
 *
 * @throws RangeError when the zone is unknown
 */
export function workedOn(date: LocalDate, calendar: BusinessCalendar): Span | undefined {
  const known = spansOf.get(calendar) ?? new Map<LocalDate, Span | undefined>();
  spansOf.set(calendar, known);
  if (!known.has(date)) known.set(date, spanOf(date, calendar));
  return known.get(date);
}

/** Lists ask about the same few days for every row, and asking a zone costs microseconds. Goes with its calendar. */
const spansOf = new WeakMap<BusinessCalendar, Map<LocalDate, Span | undefined>>();

function spanOf(date: LocalDate, calendar: BusinessCalendar): Span | undefined {
  const opening = openingOn(date, calendar);
  if (opening === "closed") return undefined;
  const at = (minute: number) => instantAt(date, minute, calendar.zone).getTime();
  return { start: at(opening.opens), end: at(opening.closes) };
}

function openingOn(date: LocalDate, { week, days }: BusinessCalendar): Opening | "closed" {
  const weekday = dayOfWeek(date);
  return days.get(date) ?? week.get(weekday) ?? (weekday > lastWeekday ? "closed" : usualHours);
}
