declare const localDate: unique symbol;

/** A day on a wall calendar, `YYYY-MM-DD`, without a time zone. Text order is date order. */
export type LocalDate = string & { readonly [localDate]: true };

/** Reads a real calendar date (0001-01-01 to 9999-12-31), or undefined: `2026-02-29` and `2026-2-1` are not dates. */
export function parseLocalDate(text: string): LocalDate | undefined {
  const [, year = "", month = "", day = ""] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (Number(year) < 1 || Number(month) < 1 || Number(month) > 12 || Number(day) < 1) return undefined;
  return Number(day) <= daysInMonth(Number(year), Number(month)) ? (text as LocalDate) : undefined;
}

/** Negative when `left` is earlier, for `sort`. */
export const compareLocalDates = (left: LocalDate, right: LocalDate): number =>
  left < right ? -1 : left > right ? 1 : 0;

export const addDays = (date: LocalDate, days: number): LocalDate => fromEpochDay(toEpochDay(date) + days);

/** The same day `months` later, or the last day of that month when it is shorter: 31 January + 1 is 28 February. */
export function addMonths(date: LocalDate, months: number): LocalDate {
  const { year, month, day } = partsOf(date);
  const index = year * 12 + (month - 1) + months;
  const [toYear, toMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  return fromParts(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}

/** How many days `until` lies after `from`; negative when it lies before. */
export const daysBetween = (from: LocalDate, until: LocalDate): number => toEpochDay(until) - toEpochDay(from);

/** ISO 8601: 1 is Monday, 7 is Sunday. */
export const dayOfWeek = (date: LocalDate): number => ((((toEpochDay(date) + 3) % 7) + 7) % 7) + 1;

/** The Monday that begins the date's ISO 8601 week. */
export const isoWeekStart = (date: LocalDate): LocalDate => addDays(date, 1 - dayOfWeek(date));

/** The numbers in a date, for those who must count in years or months. */
export const partsOf = (date: LocalDate): { readonly year: number; readonly month: number; readonly day: number } => ({
  year: Number(date.slice(0, 4)),
  month: Number(date.slice(5, 7)),
  day: Number(date.slice(8, 10)),
});

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function fromParts(year: number, month: number, day: number): LocalDate {
  if (!(year >= 1 && year <= 9999)) throw new RangeError("the date lies outside the years 1 to 9999");
  const pad = (value: number, width: number) => String(value).padStart(width, "0");
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}` as LocalDate;
}

/**
 * Days since 1970-01-01. The year is counted from March, so that the leap day comes last and needs no case of its own
 * (Howard Hinnant, "chrono-compatible low-level date algorithms"). `Date` would read the year 26 as 1926.
 */
function toEpochDay(date: LocalDate): number {
  const { year: calendarYear, month, day } = partsOf(date);
  const year = month <= 2 ? calendarYear - 1 : calendarYear;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function fromEpochDay(epochDay: number): LocalDate {
  if (!Number.isSafeInteger(epochDay)) throw new RangeError("days must be a whole number");
  const shifted = epochDay + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return fromParts(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day);
}
