import { addDays, type LocalDate } from "./local-date.ts";

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Building a formatter costs some 50 µs and reading one 1 µs. Zones are few, and a formatter never changes. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/**
 * The date on the wall at an instant.
 * @param zone  an IANA name such as `Europe/Berlin`
 * @throws RangeError when the zone is unknown or the instant is not valid
 */
export function localDateIn(instant: Date, zone: string): LocalDate {
  return new Date(wallMs(instant.getTime(), zone)).toISOString().slice(0, 10) as LocalDate;
}

/**
 * The instant a local day is over, which is the first of the next day: 24 hours after it began, or 23, 25, or whatever
 * the zone did that night. Where clocks skip midnight the day ends at the jump; where they are set back across midnight
 * it ends when the repeated hour is over.
 *
 * @throws RangeError when the zone is unknown
 */
export function cutOffInstant(date: LocalDate, zone: string): Date {
  const midnight = Date.parse(`${addDays(date, 1)}T00:00:00Z`);
  // Zones are at most 14 hours from UTC, so this window holds the midnight wanted and any change around it.
  const [early, late] = [midnight - 1.5 * dayMs, midnight + 1.5 * dayMs];
  const [before, after] = [offsetMs(early, zone), offsetMs(late, zone)];
  if (before === after) return new Date(midnight - before);

  const candidates = [midnight - before, midnight - after, changeBetween(early, late, zone)];
  const isEnd = (at: number) => dateAt(at - 1, zone) <= date && dateAt(at, zone) > date;
  return new Date(Math.max(...candidates.filter(isEnd)));
}

/**
 * The instant the wall shows a time of a day. A time that the zone skips is as far after the jump; of a time that it
 * repeats, the first.
 *
 * @throws RangeError when the zone is unknown
 */
export function instantAt(date: LocalDate, minute: number, zone: string): Date {
  const wall = Date.parse(`${date}T00:00:00Z`) + minute * minuteMs;
  // The offsets before and after any change of that day: one of them is right.
  const [before, after] = [offsetMs(wall - dayMs, zone), offsetMs(wall + dayMs, zone)];
  const early = wall - Math.max(before, after);
  const late = wall - Math.min(before, after);
  return new Date(wallMs(early, zone) === wall ? early : late);
}

const dateAt = (ms: number, zone: string): LocalDate => localDateIn(new Date(ms), zone);

const offsetMs = (ms: number, zone: string): number => wallMs(ms, zone) - ms;

/** The first instant with the later of the two offsets. No zone changes twice within the three days searched. */
function changeBetween(early: number, late: number, zone: string): number {
  const offset = offsetMs(late, zone);
  let [low, high] = [early, late];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle, zone) === offset) high = middle;
    else low = middle;
  }
  return high;
}

/** What the wall shows, as if it were UTC, in milliseconds. */
function wallMs(ms: number, zone: string): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const { type, value } of formatterFor(zone).formatToParts(ms)) parts[type] = value;
  const { year = "", month, day, hour, minute, second } = parts;
  const text = `${year.padStart(4, "0")}-${month}-${day}T${hour}:${minute}:${second}Z`;
  return Date.parse(text) + (((ms % 1_000) + 1_000) % 1_000);
}

function formatterFor(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    calendar: "iso8601",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(zone, formatter);
  return formatter;
}
