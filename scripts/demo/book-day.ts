import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { DemoProject, DemoWorker, FirmData } from "./firm-data.ts";
import type { FirmProfile } from "./firm-profile.ts";
import { type Random, randomFor } from "./random.ts";
import { writeNarrative } from "./write-narrative.ts";

/** One entry before it has a key and a status. */
export type Booking = {
  readonly worker: DemoWorker;
  readonly project: DemoProject;
  readonly workedOn: LocalDate;
  readonly minutes: number;
  readonly task: string;
  readonly narrative: string;
  /** Empty unless the person acted in another role than their grade. */
  readonly role: string;
  /** Minutes after midnight, when they note it. */
  readonly startedMinute?: number;
};

export type Firm = {
  readonly data: FirmData;
  readonly profile: FirmProfile;
  readonly seed: number;
};

const mainProjectShare = 0.8;
const actsAsShare = 0.04;
const lunchAfter = 12 * 60;

/** What somebody enters for a day, on the projects of their week. */
export function bookDay(
  { data, profile, seed }: Firm,
  day: {
    readonly worker: DemoWorker;
    readonly workedOn: LocalDate;
    readonly projects: readonly DemoProject[];
    readonly weekend: boolean;
  },
): Booking[] {
  const { worker, workedOn } = day;
  const random = randomFor(seed, worker.key, workedOn, "day");
  const projects = chooseProjects(day.projects, day.weekend ? 1 : random.weighted(profile.projectsPerDay), random);
  const internal = data.projects.filter((project) => project.internal);
  if (!day.weekend && internal.length > 0 && (projects.length === 0 || random.chance(profile.internalShare))) {
    projects.push(random.pick(internal));
  }
  const total = day.weekend ? random.between(8, 24) * 15 : worker.dayMinutes + random.weighted(profile.extraMinutes);
  const parts = splitMinutes(total, projects, { step: profile.stepMinutes, random });
  const begins = startTimes(worker, parts, { firm: { data, profile, seed }, random });
  const said = new Set<string>();

  return projects.map((project, index) => {
    const text = writeNarrative(profile.vocabulary, { worker, project }, random);
    const narrative = said.has(text.narrative) ? `${text.narrative}, continued` : text.narrative;
    said.add(narrative);
    const startedMinute = begins[index];
    return {
      worker,
      project,
      workedOn,
      minutes: parts[index] ?? profile.stepMinutes,
      task: text.task,
      narrative,
      role: actingRole(worker, workedOn, { profile, random }),
      ...(startedMinute !== undefined && { startedMinute }),
    };
  });
}

/** The grade of a day, or undefined for somebody without one. */
export const gradeOn = (worker: DemoWorker, day: string): string | undefined =>
  worker.grades.findLast(({ from }) => from <= day)?.grade;

/** Distinct projects, mostly with the week's main one among them: one sheet line per project and day. */
function chooseProjects(week: readonly DemoProject[], count: number, random: Random): DemoProject[] {
  const left = [...week];
  const chosen: DemoProject[] = [];
  if (left.length > 0 && random.chance(mainProjectShare)) chosen.push(...left.splice(0, 1));
  while (chosen.length < count && left.length > 0) {
    chosen.push(...left.splice(random.between(0, left.length - 1), 1));
  }
  return chosen;
}

/** Splits a day into steps that sum to it; internal work stays short. */
function splitMinutes(
  total: number,
  projects: readonly DemoProject[],
  { step, random }: { readonly step: number; readonly random: Random },
): number[] {
  const steps = Math.max(projects.length, Math.round(total / step));
  const weights = projects.map(
    (project, index) => (project.internal ? 0.25 : index === 0 ? 1.6 : 1) * (0.4 + random.next()),
  );
  const sum = weights.reduce((left, right) => left + right, 0);
  const parts = weights.map((weight) => Math.max(1, Math.floor((steps * weight) / sum)));
  const rest = steps - parts.reduce((left, right) => left + right, 0);
  return parts.map((part, index) => Math.max(1, index === 0 ? part + rest : part) * step);
}

/** One entry after the other from the morning on, with a break at noon, so that nothing overlaps by accident. */
function startTimes(
  worker: DemoWorker,
  parts: readonly number[],
  { firm: { profile, seed }, random }: { readonly firm: Firm; readonly random: Random },
): (number | undefined)[] {
  if (!randomFor(seed, worker.key, "notes start").chance(profile.startTimesShare)) return parts.map(() => undefined);
  let clock = 7 * 60 + 30 + random.between(0, 6) * 15;
  let lunch = false;
  return parts.map((part) => {
    if (!lunch && clock >= lunchAfter) {
      lunch = true;
      clock += random.between(2, 4) * 15;
    }
    const begins = clock;
    clock += part;
    return begins;
  });
}

function actingRole(
  worker: DemoWorker,
  day: LocalDate,
  { profile, random }: { readonly profile: FirmProfile; readonly random: Random },
): string {
  const other = profile.actsAs[gradeOn(worker, day) ?? ""];
  return other !== undefined && random.chance(actsAsShare) ? other : "";
}
