import { daysBetween } from "@plumbline/domain/calendar/local-date";
import { overagePriceOn } from "@plumbline/domain/engagement/hour-bucket";
import { blocks, evaluate } from "@plumbline/domain/policy/evaluate";
import type { Facts } from "@plumbline/domain/policy/facts";
import { converted } from "@plumbline/domain/rating/converted-rate";
import type { ChargeClaim } from "@plumbline/domain/rating/charge";
import { timeNet } from "@plumbline/domain/rating/line-net";
import { candidatesFor, chooseRate, type Rate, type RateChoice } from "@plumbline/domain/rating/rate-book";
import type { InvoiceLineId } from "@plumbline/domain/id";
import { coveredBy } from "@plumbline/domain/rating/subscription";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import { type Finding, findingOf } from "./finding.ts";
import { type BookEngagement, type BookProject, heldOn, type RunBook } from "./run-book.ts";
import { mondayFinder, weekKey, type WeekRulings } from "./week-rulings.ts";
import type { Screening, WorkEntry } from "./work-entry.ts";

/** Work that is accounted for without a line. */
export type Outcome = {
  readonly entry: WorkRef;
  readonly outcome: "covered" | "no_charge" | "written_off";
  readonly reason: string;
  /** The line that bills a rounded day which covers it. */
  readonly absorbedBy?: InvoiceLineId;
  /** Present when it became of one part of the work. */
  readonly taken?: NonNullable<ChargeClaim["part"]> & { readonly minutes: number };
};

/** An entry with all that decides its price. */
export type PricedEntry = {
  readonly entry: WorkEntry;
  readonly engagement: BookEngagement;
  readonly project: BookProject;
  readonly terms: EngagementTerms;
  readonly role: string;
  readonly choice: RateChoice;
};

/** An entry of terms that name a price for what their hour bucket does not cover: no rate is asked for. */
export type OverageEntry = Omit<PricedEntry, "choice"> & { readonly priceMinor: bigint };

export type SortedWork = {
  readonly billable: readonly PricedEntry[];
  readonly overage: readonly OverageEntry[];
  readonly held: readonly WorkEntry[];
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
  /** Every rate that could have priced any of it. */
  readonly rates: readonly Rate[];
};

type Looked = Omit<PricedEntry, "choice" | "terms"> & {
  readonly terms: EngagementTerms | undefined;
  readonly choice: RateChoice | undefined;
  /** Why nobody pays for it by the hour. */
  readonly cover: string | undefined;
};

/** Decides for each entry whether it is billed, accounted for otherwise, or held back by policy. */
export function sortWork(
  book: RunBook,
  input: { readonly entries: readonly WorkEntry[]; readonly screening: Screening; readonly weeks: WeekRulings },
): SortedWork {
  const { look, rates } = priceFinder(book);
  const findings: Finding[] = [];
  const held: WorkEntry[] = [];
  const groups = new Map<string, Looked[]>();
  const weekOf = weekRulingFinder(input.weeks);

  for (const entry of input.entries) {
    const looked = look(entry);
    const week = weekOf(entry);
    if (week !== undefined)
      findings.push(...week.rulings.map((ruling) => weekFinding(ruling, week.week.workerId, looked)));
    if (week?.rulings.some(blocks)) {
      held.push(entry);
      continue;
    }
    const key = groupKey(looked, input.screening);
    const group = groups.get(key);
    if (group) group.push(looked);
    else groups.set(key, [looked]);
  }

  const billable: PricedEntry[] = [];
  const overage: OverageEntry[] = [];
  const outcomes: Outcome[] = [];
  for (const group of groups.values()) {
    const against = judgeGroup(book, group, input.screening);
    findings.push(...against);
    if (against.some((finding) => finding.severity === "block")) held.push(...group.map(({ entry }) => entry));
    else for (const looked of group) place(looked, { billable, overage, outcomes });
  }
  return { billable, overage, held, outcomes, findings, rates: rates() };
}

function place(looked: Looked, into: { billable: PricedEntry[]; overage: OverageEntry[]; outcomes: Outcome[] }): void {
  const { entry, engagement, project, terms, choice, cover } = looked;
  const priceMinor = overagePriceOn(terms?.bucket, entry.workedOn);
  if (terms?.time.basis === "non_billable") {
    into.outcomes.push({ entry, outcome: "no_charge", reason: `engagement ${engagement.code} is not billable` });
  } else if (!project.billable) {
    into.outcomes.push({ entry, outcome: "no_charge", reason: `project ${project.name} is not billable` });
  } else if (terms !== undefined && cover !== undefined) {
    into.outcomes.push({ entry, outcome: "covered", reason: cover });
  } else if (terms?.time.basis === "fixed_fee") {
    into.outcomes.push({
      entry,
      outcome: "covered",
      reason: `the fixed fee of engagement ${engagement.code} covers it`,
    });
  } else if (terms !== undefined && isTooLate(entry, terms)) {
    const { recordedOn, workedOn } = entry;
    const reason = `recorded on ${recordedOn} for ${workedOn}: the client takes no time later than ${terms.time.submissionDays} days`;
    into.outcomes.push({ entry, outcome: "written_off", reason });
  } else if (terms !== undefined && priceMinor !== undefined) {
    into.overage.push({ entry, engagement, project, role: looked.role, terms, priceMinor });
  } else if (terms !== undefined && choice !== undefined) {
    into.billable.push({ ...looked, terms, choice });
  } else {
    // judgeGroup holds such entries whatever a tenant's rules say; reaching this is a bug.
    throw new Error(`work item ${entry.id} has neither price nor outcome`);
  }
}

/** What of it was billed before was in time, and so is the rest that a limit left over. */
const isTooLate = ({ recordedOn, workedOn, share }: WorkEntry, { time }: EngagementTerms): boolean =>
  time.submissionDays !== undefined &&
  recordedOn !== undefined &&
  share === 0 &&
  daysBetween(workedOn, recordedOn) > time.submissionDays;

/** Finds terms, role and rate of an entry. What does not depend on the date is looked up once per combination. */
function priceFinder(book: RunBook): { readonly look: (entry: WorkEntry) => Looked; readonly rates: () => Rate[] } {
  const known = new Map<string, ReturnType<typeof candidatesFor>>();
  const look = (entry: WorkEntry): Looked => {
    const engagement = must(book.engagements.get(entry.engagementId), "engagement", entry.engagementId);
    const project = must(book.projects.get(entry.projectId), "project", entry.projectId);
    const grade = entry.role === "" ? heldOn(book.grades.get(entry.workerId) ?? [], entry.workedOn) : undefined;
    const role = grade?.role ?? entry.role;
    const terms = heldOn(engagement.terms, entry.workedOn)?.terms;

    const key = `${entry.projectId}|${entry.workerId}|${role}|${entry.task}`;
    let candidates = known.get(key);
    if (candidates === undefined) {
      const { clientId, cardId, currency } = engagement;
      candidates = candidatesFor(book.rates, { ...entry, role, clientId, cardId, currency });
      known.set(key, candidates);
    }
    const cover = coveredBy(engagement.covers ?? [], entry.workedOn);
    const choice = converted(chooseRate(candidates, entry.workedOn), engagement.currency, engagement.priceRate);
    return { entry, engagement, project, role, terms, cover, choice };
  };
  return { look, rates: () => [...known.values()].flatMap((levels) => levels.flatMap(({ rates }) => rates)) };
}

function must<T>(found: T | undefined, noun: string, id: string): T {
  if (found === undefined) throw new Error(`${noun} ${id} is not in the run's book`);
  return found;
}

const needsPrice = ({ entry, terms, project, cover }: Looked): boolean =>
  project.billable &&
  (terms === undefined ||
    (terms.time.basis === "time_and_materials" &&
      cover === undefined &&
      overagePriceOn(terms.bucket, entry.workedOn) === undefined));

/** Why an entry that needs a price has none; empty when it has one or needs none. */
function rateIssue(looked: Looked): string {
  if (
    !needsPrice(looked) ||
    (looked.choice !== undefined && looked.choice.rate.currency === looked.engagement.currency)
  ) {
    return "";
  }
  if (looked.choice !== undefined) return "rate_currency_differs";
  return looked.role === "" ? "grade_missing" : "rate_missing";
}

const isLate = ({ entry, terms }: Looked): boolean => terms !== undefined && isTooLate(entry, terms);

function narrativeOf({ narrative, minutes }: WorkEntry): Facts<"work">["narrative"] {
  if (narrative === undefined) return { words: undefined, vague: undefined, lumpedMinutes: undefined };
  const { words, tasks, vague } = narrative;
  return { words: BigInt(words), vague, lumpedMinutes: BigInt(tasks > 1 ? minutes : 0) };
}

/** Entries that share this share every fact a rule may ask for, so they are judged once. */
const groupKey = (looked: Looked, { duplicates, overlaps }: Screening): string => {
  const { entry, terms, role } = looked;
  const { words, vague, lumpedMinutes } = narrativeOf(entry);
  const flags = `${duplicates.has(entry.id) ? "d" : ""}${overlaps.has(entry.id) ? "o" : ""}${isLate(looked) ? "l" : ""}${vague === true ? "v" : ""}`;
  const said = `${words ?? ""}|${lumpedMinutes ?? ""}|${role}`;
  return `${entry.projectId}|${entry.status}|${terms?.time.basis ?? "none"}|${looked.cover ?? ""}|${rateIssue(looked)}|${flags}|${said}`;
};

function judgeGroup(book: RunBook, group: readonly Looked[], screening: Screening): Finding[] {
  const [first] = group;
  if (first === undefined) return [];
  const { entry, engagement, project, terms } = first;
  const issue = rateIssue(first);
  const minutes = group.reduce((sum, looked) => sum + looked.entry.minutes, 0);
  const rulings = evaluate(book.bundle, "work", {
    work: {
      status: entry.status,
      minutes: BigInt(minutes),
      entries: BigInt(group.length),
      duplicate: screening.duplicates.has(entry.id),
      overlapping: screening.overlaps.has(entry.id),
      late: isLate(first),
    },
    worker: { role: first.role },
    narrative: narrativeOf(entry),
    rate: { found: issue === "", issue },
    project,
    client: { id: engagement.clientId },
    engagement: {
      ready: engagement.missing.length === 0,
      missing: engagement.missing,
      billable: terms?.time.basis !== "non_billable",
    },
  }).filter((ruling) => ruling.outcome !== "pass");
  const cannotBeBilled = entry.status !== "approved" || (needsPrice(first) && (issue !== "" || terms === undefined));
  if (rulings.length === 0 && !cannotBeBilled) return [];

  const about = {
    subjectKind: "work",
    subjectId: entry.projectId,
    entries: group.length,
    minutes,
    amountMinor: valueOf(group),
    currency: engagement.currency,
  } as const;
  const work = group.map((looked) => ({ entry: looked.entry, amountMinor: valueOf([looked]) }));
  const findings = rulings.map((ruling) => findingOf(ruling, { ...about, work }));
  // Unapproved or unpriced work is never billed, whatever a tenant's rules say.
  if (cannotBeBilled && !findings.some((finding) => finding.severity === "block")) {
    findings.push({
      ...about,
      code: entry.status === "approved" ? "cannot-be-priced" : "not-approved",
      lane: "business",
      severity: "block",
      owner: "billing_coordinator",
      message: "This work cannot be billed as it stands, and no policy names an owner for the reason.",
      holds: work,
    });
  }
  return findings;
}

/** Net of the work at the rates in force; undefined when none of it has a rate. */
function valueOf(group: readonly Looked[]): bigint | undefined {
  const priced = group.filter((looked) => needsPrice(looked) && rateIssue(looked) === "");
  if (priced.length === 0) return undefined;
  return priced.reduce((sum, { entry, choice }) => sum + timeNet(entry.minutes, choice?.rate.priceMinor ?? 0n), 0n);
}

function weekRulingFinder(weeks: WeekRulings) {
  const monday = mondayFinder();
  // Most runs have nothing against any week: do not build a key per entry for nothing.
  if (weeks.size === 0) return () => undefined;
  return (entry: WorkEntry) => weeks.get(weekKey(entry.workerId, monday(entry.workedOn)));
}

const weekFinding = (ruling: Parameters<typeof findingOf>[0], workerId: string, looked: Looked): Finding =>
  findingOf(ruling, {
    subjectKind: "worker_week",
    subjectId: workerId,
    entries: 1,
    minutes: looked.entry.minutes,
    amountMinor: valueOf([looked]),
    currency: looked.engagement.currency,
    work: [{ entry: looked.entry, amountMinor: valueOf([looked]) }],
  });
