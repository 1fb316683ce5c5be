import { addDays, dayOfWeek, type LocalDate } from "./local-date.ts";
import { instantAt, localDateIn } from "./time-zone.ts";

/** A working day on the wall of the entity's zone: the 8 hours that clocks count, Monday to Friday. */
const workday = { opensAt: 9, closesAt: 17, lastWeekday: 5 } as const;
const hourMs = 3_600_000;

/**
 * When waiting becomes late: the first instant by which so many business hours have passed. Evenings, nights and
 * weekends do not count, whatever the clocks do in between; nor do holidays exist here.
 *
 * @throws RangeError when the zone is unknown
 */
export function dueAt(since: Date, hours: number, zone: string): Date {
  let left = hours * hourMs;
  for (let date = localDateIn(since, zone); ; date = addDays(date, 1)) {
    const day = workdayOf(date, zone);
    if (day === undefined) continue;
    const start = Math.max(since.getTime(), day.opens);
    if (day.closes - start >= left) return new Date(start + left);
    left -= Math.max(0, day.closes - start);
  }
}

/**
 * The same question the other way round: what has waited since this instant, or longer, is late now. So one instant for
 * each zone and wait tells late rows from others, without looking at each.
 *
 * @throws RangeError when the zone is unknown
 */
export function lateSince(now: Date, hours: number, zone: string): Date {
  let left = hours * hourMs;
  for (let date = localDateIn(now, zone); ; date = addDays(date, -1)) {
    const day = workdayOf(date, zone);
    if (day === undefined) continue;
    const end = Math.min(now.getTime(), day.closes);
    if (end - day.opens >= left) return new Date(end - left);
    left -= Math.max(0, end - day.opens);
  }
}

type Workday = { readonly opens: number; readonly closes: number };

/** Lists ask about the same few days for every row, and asking a zone costs microseconds. */
const workdays = new Map<string, Workday>();
const workdaysMax = 10_000;

function workdayOf(date: LocalDate, zone: string): Workday | undefined {
  if (dayOfWeek(date) > workday.lastWeekday) return undefined;
  const key = `${zone} ${date}`;
  const known = workdays.get(key);
  if (known) return known;
  const day = {
    opens: instantAt(date, workday.opensAt, zone).getTime(),
    closes: instantAt(date, workday.closesAt, zone).getTime(),
  };
  if (workdays.size >= workdaysMax) workdays.clear();
  workdays.set(key, day);
  return day;
}
