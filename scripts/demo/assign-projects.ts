import { addDays, daysBetween, isoWeekStart, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { DemoProject, DemoWorker, FirmData } from "./firm-data.ts";
import type { FirmProfile } from "./firm-profile.ts";
import { randomFor } from "./random.ts";

const epochMonday = "2026-01-05" as LocalDate;
const mainWeeks = 26;
const otherPracticeShare = 0.03;
const otherCountryShare = 0.1;
/** A project at no charge inside a paid engagement gets little time. */
const goodwillWeight = 0.2;

/**
 * The projects somebody has in the week that begins on a Monday, the main one first. Slots change hands every few weeks and
 * never all at once, so that people stay on their work as people do.
 */
export function assignProjects(
  { firm, profile, seed }: { firm: FirmData; profile: FirmProfile; seed: number },
  worker: DemoWorker,
  monday: LocalDate,
): DemoProject[] {
  const random = randomFor(seed, worker.key, "slots");
  const count = random.between(...profile.projectsAtOnce);
  const assigned: DemoProject[] = [];
  const own = firm.projects.find((project) => project.key === worker.ownRate?.projectKey);
  if (own && isOpen(own, monday)) assigned.push(own);

  for (let slot = assigned.length; slot < count; slot += 1) {
    const weeks = slot === 0 ? mainWeeks : random.between(5, 10);
    const turn = Math.floor((daysBetween(epochMonday, isoWeekStart(monday)) / 7 + random.between(0, weeks)) / weeks);
    const open = firm.projects.filter((project) => isOpen(project, monday) && !assigned.includes(project));
    const [best] = open
      .map((project) => ({ project, score: scoreOf(project, worker, `${seed}|${slot}|${turn}`) }))
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score);
    if (best) assigned.push(best.project);
  }
  return assigned;
}

const isOpen = (project: DemoProject, monday: LocalDate): boolean =>
  project.active &&
  !project.internal &&
  project.startsOn <= monday &&
  (project.endsOn === "" || project.endsOn >= addDays(monday, 6));

/** Weighted rendezvous hashing: a project that opens or closes moves only the slots it touches. */
function scoreOf(project: DemoProject, worker: DemoWorker, turn: string): number {
  const random = randomFor(turn, worker.key, project.key);
  const weight =
    (project.practice === worker.practice ? 1 : otherPracticeShare) *
    (project.country === worker.country ? 1 : otherCountryShare) *
    (project.billable ? 1 : goodwillWeight);
  return random.next() ** (1 / weight);
}
