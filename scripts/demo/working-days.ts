import { addDays, addMonths, dayOfWeek, isoWeekStart, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { DemoWorker } from "./firm-data.ts";
import { randomFor } from "./random.ts";

/** Public holidays on weekdays in the months of the demo, by country; the regional ones are those of the firm's town. */
const holidays: Readonly<Record<string, readonly string[]>> = {
  DE: ["2026-12-25"],
  GB: ["2026-08-31", "2026-12-25", "2026-12-28"],
  US: ["2026-07-03", "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25"],
  IE: ["2026-08-03", "2026-10-26", "2026-12-25"],
  ES: ["2026-08-19", "2026-09-11", "2026-09-23", "2026-10-12", "2026-12-08", "2026-12-25"],
};

/** Summer leave: how likely, and how many weeks at most. */
const summers: Readonly<Record<string, { readonly share: number; readonly weeksMax: number }>> = {
  ES: { share: 0.9, weeksMax: 3 },
  US: { share: 0.6, weeksMax: 1 },
};
const ordinarySummer = { share: 0.75, weeksMax: 2 };

const sickShare = 0.015;
const autumnLeaveShare = 0.3;

/** The days of `YYYY-MM` in order. */
export function daysOfMonth(month: string): LocalDate[] {
  const first = `${month}-01` as LocalDate;
  const until = addMonths(first, 1);
  const days: LocalDate[] = [];
  for (let day = first; day < until; day = addDays(day, 1)) days.push(day);
  return days;
}

export const isWeekend = (day: LocalDate): boolean => dayOfWeek(day) > 5;

/** Whether somebody is away on a weekday: not here yet, public holiday, on leave or ill. */
export function isAway(worker: DemoWorker, day: LocalDate, seed: number): boolean {
  if (worker.joinedOn > day || holidays[worker.country]?.includes(day)) return true;
  if (randomFor(seed, worker.key, day, "ill").chance(sickShare)) return true;
  return isOnSummerLeave(worker, day, seed) || isOnAutumnLeave(worker, day, seed);
}

function isOnSummerLeave(worker: DemoWorker, day: LocalDate, seed: number): boolean {
  const year = day.slice(0, 4);
  const random = randomFor(seed, worker.key, year, "summer");
  const { share, weeksMax } = summers[worker.country] ?? ordinarySummer;
  if (!random.chance(share)) return false;
  // From the middle of July to the end of August, always whole weeks.
  const from = addDays(isoWeekStart(`${year}-07-13` as LocalDate), 7 * random.between(0, 6));
  return from <= day && day < addDays(from, 7 * random.between(1, weeksMax));
}

function isOnAutumnLeave(worker: DemoWorker, day: LocalDate, seed: number): boolean {
  const year = day.slice(0, 4);
  const random = randomFor(seed, worker.key, year, "autumn");
  if (!random.chance(autumnLeaveShare)) return false;
  const from = addDays(`${year}-09-21` as LocalDate, random.between(0, 40));
  return from <= day && day < addDays(from, random.between(2, 7));
}
