import { isoWeekStart, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { approveWeek } from "./approve-week.ts";
import { assignProjects } from "./assign-projects.ts";
import { bookDay, type Booking, type Firm, gradeOn } from "./book-day.ts";
import { type DemoFirm, type DemoProject, type DemoWorker, readFirmData } from "./firm-data.ts";
import { firmProfiles } from "./firm-profile.ts";
import { plantDefects } from "./plant-defects.ts";
import { randomFor } from "./random.ts";
import { clockText, type DemoTimeEntry, type Defect, hoursText, type PlannedEntry } from "./time-entry-row.ts";
import { daysOfMonth, isAway, isWeekend } from "./working-days.ts";

export type DemoRequest = {
  readonly firm: DemoFirm;
  /** `YYYY-MM`, oldest first; sheets of the last one are partly not approved yet. */
  readonly months: readonly string[];
  readonly seed: number;
};

/** What a demo shows: three months, of which October is the month end. */
export const demoMonths: readonly string[] = ["2026-08", "2026-09", "2026-10"];
export const demoSeed = 2026;

/** The time entries of a firm, defects included, month by month. The same request always gives the same rows. */
export function* demoTimeEntries(request: DemoRequest): Generator<DemoTimeEntry> {
  for (const { row } of plannedEntries(request)) yield row;
}

/** How often each defect is in the rows that `demoTimeEntries` gives for the same request. */
export function countDemoDefects(request: DemoRequest): ReadonlyMap<Defect, number> {
  const counts = new Map<Defect, number>();
  for (const { defect } of plannedEntries(request)) {
    if (defect !== undefined) counts.set(defect, (counts.get(defect) ?? 0) + 1);
  }
  return counts;
}

/** The rows with what is wrong with each, for those who must know. */
export function* plannedEntries({ firm: name, months, seed }: DemoRequest): Generator<PlannedEntry> {
  const firm: Firm = { data: readFirmData(name), profile: firmProfiles[name], seed };
  for (const month of months) {
    const isLast = month === months.at(-1);
    const entries = plantDefects(bookMonth(firm, { month, isLast }), {
      firm: name,
      data: firm.data,
      month,
      isLast,
      seed,
    });
    const prefix = `${firm.profile.keyPrefix}-${month.slice(2).replace("-", "")}`;
    let number = 0;
    for (const { row, ...entry } of entries) {
      number += 1;
      yield { ...entry, row: { ...row, entry_key: `${prefix}-${String(number).padStart(5, "0")}` } };
    }
  }
}

function bookMonth(
  firm: Firm,
  { month, isLast }: { readonly month: string; readonly isLast: boolean },
): PlannedEntry[] {
  const days = daysOfMonth(month);
  const lastDay = isLast ? days.at(-1) : undefined;
  const weeks = new Map<string, readonly DemoProject[]>();
  const projectsOf: ProjectsOf = (worker, monday) => {
    const key = `${worker.key} ${monday}`;
    const projects =
      weeks.get(key) ?? assignProjects({ firm: firm.data, profile: firm.profile, seed: firm.seed }, worker, monday);
    weeks.set(key, projects);
    return projects;
  };
  return days.flatMap((day) =>
    firm.data.workers.flatMap((worker) =>
      bookWorkerDay(firm, { worker, workedOn: day, projectsOf }).map((booking) => ({
        row: toRow(booking, approveWeek(firm, booking, lastDay)),
        ...defectOfMaster(firm, booking),
      })),
    ),
  );
}

type ProjectsOf = (worker: DemoWorker, monday: LocalDate) => readonly DemoProject[];

function bookWorkerDay(
  firm: Firm,
  {
    worker,
    workedOn,
    projectsOf,
  }: { readonly worker: DemoWorker; readonly workedOn: LocalDate; readonly projectsOf: ProjectsOf },
): Booking[] {
  const { profile, seed } = firm;
  const weekend = isWeekend(workedOn);
  if (isAway(worker, workedOn, seed)) return [];
  if (weekend && !randomFor(seed, worker.key, workedOn, "weekend").chance(profile.weekendShare)) return [];
  return bookDay(firm, { worker, workedOn, projects: projectsOf(worker, isoWeekStart(workedOn)), weekend });
}

/** Work that is sound itself, by people whose master data are not. */
function defectOfMaster({ data }: Firm, { worker, workedOn, role, project }: Booking): { readonly defect?: Defect } {
  if (project.internal) return {};
  const grade = role || gradeOn(worker, workedOn);
  if (grade === undefined) return { defect: "worker-without-grade" };
  return data.pricedRoles.has(grade) ? {} : { defect: "grade-without-rate" };
}

function toRow(booking: Booking, status: string): DemoTimeEntry {
  const { worker, project, workedOn, minutes, role, task, narrative, startedMinute } = booking;
  return {
    entry_key: "",
    worker_key: worker.key,
    project_key: project.key,
    work_date: workedOn,
    hours: hoursText(minutes),
    status,
    role,
    task,
    narrative,
    started_at: startedMinute === undefined ? "" : clockText(startedMinute),
  };
}
