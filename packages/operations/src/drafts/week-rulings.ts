import { isoWeekStart, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { evaluate, type PolicyBundle, type Ruling } from "@plumbline/domain/policy/evaluate";
import type { WorkerWeek } from "./work-entry.ts";

/** What policy says against a worker's week; weeks that pass are absent. */
export type WeekRulings = ReadonlyMap<string, { readonly week: WorkerWeek; readonly rulings: readonly Ruling[] }>;

export const weekKey = (workerId: string, monday: LocalDate): string => `${workerId}|${monday}`;

/** Judges every worker's week once per run. */
export function ruleWeeks(bundle: PolicyBundle, weeks: ReadonlyMap<string, WorkerWeek>): WeekRulings {
  const against = new Map<string, { week: WorkerWeek; rulings: readonly Ruling[] }>();
  for (const [key, week] of weeks) {
    const rulings = evaluate(bundle, "worker_week", {
      week: {
        minutes: BigInt(week.minutes),
        entries: BigInt(week.entries),
        days: BigInt(week.days),
        duplicates: BigInt(week.duplicates),
        overlaps: BigInt(week.overlaps),
      },
    }).filter((ruling) => ruling.outcome !== "pass");
    if (rulings.length > 0) against.set(key, { week, rulings });
  }
  return against;
}

/** The Monday of a day's week, kept: a month has thirty days, a run a million entries. */
export function mondayFinder(): (on: LocalDate) => LocalDate {
  const known = new Map<LocalDate, LocalDate>();
  return (on) => {
    const monday = known.get(on) ?? isoWeekStart(on);
    known.set(on, monday);
    return monday;
  };
}
