import { addMonths, dayOfWeek, type LocalDate, partsOf } from "@plumbline/domain/calendar/local-date";
import type { Rounding } from "@plumbline/domain/money/money";

/**
 * What was agreed about the price of an hour beyond its rate. Every member is absent when nothing was agreed about it.
 * Shares are basis points of the rate: 15000 is 150 %. Amounts are text: terms are JSON.
 */
export type HourTerms = {
  readonly overtime?: readonly OvertimeRule[];
  /** The days that a rule of overtime on holidays speaks of. */
  readonly holidays?: readonly LocalDate[];
  readonly travel?: Travel;
  readonly tiers?: VolumeTiers;
  readonly indexation?: Indexation;
  /** Days after the work within which it must be recorded; the client takes nothing later, and it is written off. */
  readonly submissionDays?: number;
};

/** Hours of a worker for the engagement beyond so many a day or an ISO week, or all those of certain days. */
export type OvertimeRule = { readonly basisPoints: number } & (
  | { readonly overMinutes: number; readonly per: (typeof overtimeSpans)[number] }
  | { readonly on: (typeof overtimeDays)[number] }
);
export const overtimeSpans = ["day", "week"] as const;
export const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export const overtimeDays = [...weekdays, "holidays"] as const;

/** Tasks whose hours cost a share of the rate. They are on the way, not at work: no overtime comes of them. */
export type Travel = { readonly tasks: readonly string[]; readonly basisPoints: number };

/** A price by how many hours of the engagement were billed before, counted anew in each span. */
export type VolumeTiers = {
  readonly per: (typeof tierSpans)[number];
  /** Whether a tier prices the hours within it, or all hours once it is reached. */
  readonly mode: (typeof tierModes)[number];
  /** Rising. Hours below the first cost the rate. */
  readonly steps: readonly TierStep[];
};
export type TierStep = { readonly fromMinutes: number } & (
  | { readonly basisPoints: number }
  | { readonly priceMinor: string }
);
export const tierSpans = ["month", "quarter", "year", "engagement"] as const;
export const tierModes = ["graduated", "all_units"] as const;

/** Rates that were agreed before a step are raised by it. Steps are rising in date, and all of one kind. */
export type Indexation = {
  readonly rounding: Rounding;
  /** A raised rate is a multiple of this many minor units. */
  readonly toMinor: string;
} & (
  | { readonly raises: readonly { readonly from: LocalDate; readonly basisPoints: number }[] }
  | {
      /** The index as its publisher names it, and its value when the rates were agreed. */
      readonly index: string;
      readonly base: string;
      readonly values: readonly { readonly from: LocalDate; readonly value: string }[];
    }
);

const shareMax = { overtime: 40_000, travel: 10_000, tier: 10_000, raise: 5_000 } as const;

export type HourTermsIssue = { readonly term: keyof HourTerms; readonly reason: string };

/** What contradicts itself in these terms, in sentences, by the term that has to change. */
export function hourTermsIssues(terms: HourTerms): HourTermsIssue[] {
  const { overtime, holidays, travel, tiers, indexation, submissionDays } = terms;
  const named = (term: keyof HourTerms, reasons: readonly string[]) => reasons.map((reason) => ({ term, reason }));
  const onHolidays = (overtime ?? []).some((rule) => "on" in rule && rule.on === "holidays");
  return [
    ...named("overtime", overtimeIssues(overtime ?? [])),
    ...named("overtime", onHolidays && (holidays ?? []).length === 0 ? ["speaks of holidays, and none are named"] : []),
    ...named(
      "holidays",
      !onHolidays && holidays !== undefined ? ["are named, and no overtime is agreed for them"] : [],
    ),
    ...named("travel", travel === undefined ? [] : travelIssues(travel)),
    ...named("tiers", tiers === undefined ? [] : tierIssues(tiers)),
    ...named("indexation", indexation === undefined ? [] : indexationIssues(indexation)),
    ...named("submissionDays", submissionDays === undefined ? [] : submissionIssues(submissionDays)),
  ];
}

function overtimeIssues(rules: readonly OvertimeRule[]): string[] {
  const issues: string[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!(rule.basisPoints > 10_000 && rule.basisPoints <= shareMax.overtime)) {
      issues.push(`${rule.basisPoints / 100} % is not a share above 100 % and up to ${shareMax.overtime / 100} %`);
    }
    const earlier = rules.slice(0, index).filter((other) => sameSubject(other, rule));
    for (const other of earlier) {
      if ("on" in rule || "on" in other) issues.push(`${"on" in rule ? rule.on : ""} stands twice`);
      else if (other.overMinutes >= rule.overMinutes || other.basisPoints >= rule.basisPoints) {
        issues.push(`a second threshold per ${rule.per} must come later and cost more than the one before it`);
      }
    }
  }
  return issues;
}

const sameSubject = (left: OvertimeRule, right: OvertimeRule): boolean =>
  ("on" in left ? left.on : left.per) === ("on" in right ? right.on : right.per);

const travelIssues = ({ tasks, basisPoints }: Travel): string[] => [
  ...(tasks.length === 0 ? ["has a share, and no task is named as travel"] : []),
  ...(basisPoints > 0 && basisPoints <= shareMax.travel ? [] : ["is not a share above 0 % and up to 100 %"]),
];

function tierIssues({ steps }: VolumeTiers): string[] {
  if (steps.length === 0) return ["need at least one step"];
  const issues = steps.flatMap((step, index) => {
    const before = steps[index - 1];
    if (step.fromMinutes <= (before?.fromMinutes ?? 0)) {
      return [`a step from ${step.fromMinutes / 60} h overlaps the one before it; each begins after the last`];
    }
    return [];
  });
  const shares = steps.flatMap((step) => ("basisPoints" in step ? step.basisPoints : []));
  if (shares.length > 0 && shares.length < steps.length) issues.push("must all be shares of the rate or all be prices");
  for (const share of shares) {
    if (!(share > 0 && share <= shareMax.tier))
      issues.push(`${share / 100} % is not a share above 0 % and up to 100 %`);
  }
  return issues;
}

function indexationIssues(agreed: Indexation): string[] {
  const steps = "raises" in agreed ? agreed.raises : agreed.values;
  if (steps.length === 0) return ["needs at least one date"];
  const issues = steps.flatMap(({ from }, index) => {
    const before = steps[index - 1];
    return before !== undefined && from <= before.from ? [`${from} does not come after ${before.from}`] : [];
  });
  if ("raises" in agreed) {
    for (const { basisPoints } of agreed.raises) {
      if (basisPoints > 0 && basisPoints <= shareMax.raise) continue;
      issues.push(`${basisPoints / 100} % is not a raise above 0 % and up to ${shareMax.raise / 100} %`);
    }
  }
  return issues;
}

const submissionDaysMax = 730;

const submissionIssues = (days: number): string[] =>
  Number.isInteger(days) && days >= 1 && days <= submissionDaysMax
    ? []
    : [`must be a whole number of days from 1 to ${submissionDaysMax}`];

/** The first day of the span that a day's hours count in; undefined when they count from the start of the engagement. */
export function tierSpanStart(per: VolumeTiers["per"], on: LocalDate): LocalDate | undefined {
  if (per === "engagement") return undefined;
  const { month } = partsOf(on);
  const monthsBack = { month: 0, quarter: (month - 1) % 3, year: month - 1 }[per];
  return addMonths(monthStart(on), -monthsBack);
}

export const monthStart = (on: LocalDate): LocalDate => `${on.slice(0, 8)}01` as LocalDate;

export const weekdayOf = (on: LocalDate): (typeof weekdays)[number] =>
  weekdays[dayOfWeek(on) - 1] as (typeof weekdays)[number];
