import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { EngagementId, InvoiceLineId, ProjectId, WorkerId } from "@plumbline/domain/id";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import type { BilledBefore } from "./billed-before.ts";
import { beyondBucket } from "./beyond-bucket.ts";
import { billedMinutes } from "./billed-minutes.ts";
import type { Charge, ChargeClaim, PricingIssue } from "./charge.ts";
import { type EarlierBilled, earlierWords } from "./earlier-billed.ts";
import { type HourPrice, hourPrice } from "./hour-price.ts";
import { hourWords } from "./hour-words.ts";
import { minutesPerHour } from "./line-net.ts";
import { lineReason } from "./line-reason.ts";
import type { RateChoice } from "./rate-book.ts";
import { type TimePart, timeParts } from "./time-parts.ts";
import type { DecisionOn } from "./write-down.ts";

/** A time entry with all that decides its price. */
export type PricedTime = {
  readonly entry: WorkRef & {
    readonly engagementId: EngagementId;
    readonly projectId: ProjectId;
    readonly workerId: WorkerId;
    readonly workedOn: LocalDate;
    readonly task: string;
    readonly earlier?: EarlierBilled;
  };
  readonly engagement: { readonly language: string };
  readonly terms: Pick<EngagementTerms, "time">;
  readonly role: string;
  readonly choice: RateChoice;
  /** What increments made of it already, when something else had to know that first. */
  readonly billedMinutes?: number;
  /** Whether bought hours would have covered it, had any been left. */
  readonly beyond?: boolean;
};

export type Apart = (entry: PricedTime["entry"]) => string;

/** What time comes to: every entry is in exactly one of these, and in the charges it may be in parts. */
export type ChargedTime = {
  readonly charges: readonly Charge[];
  /** Entries that cost nothing more, because a day that was rounded up covers them, with a line that bills that day. */
  readonly absorbed: readonly { readonly work: WorkRef; readonly lineId: InvoiceLineId; readonly reason: string }[];
  readonly unpriced: readonly { readonly priced: PricedTime; readonly issue: PricingIssue }[];
};

/**
 * Charges the time of one client by the hour: entries of one rate, task, role and reason on a project make one charge.
 * Permuting the entries changes nothing.
 *
 * @param entries of one client; all engagements together, because increments per day span them
 */
export function chargeTime(
  entries: readonly PricedTime[],
  context: {
    readonly workerNames: ReadonlyMap<WorkerId, string>;
    readonly before: BilledBefore;
    readonly decisionOn: DecisionOn;
    /** Which split divides the time: it makes lines of its own. */
    readonly apart?: Apart;
  },
): ChargedTime {
  const { workerNames, before, decisionOn, apart } = context;
  const ordered = entries.toSorted(byWork);
  const billed = roundTime(ordered, before);
  const parts = partsOf(ordered, billed, before);
  const open = new Map<string, OpenCharge>();
  const absorbed: ChargedTime["absorbed"][number][] = [];
  const unpriced: ChargedTime["unpriced"][number][] = [];
  for (const [index, priced] of ordered.entries()) {
    const covering = billed[index] === 0 ? coveringLine(priced, before) : undefined;
    if (covering !== undefined) absorbed.push(covering);
    else {
      const prices = (parts?.[index] ?? [undefined]).map((part) => ({ part, price: priceOf(priced, part) }));
      if (prices.some(({ price }) => price.priceMinor <= 0n)) unpriced.push({ priced, issue: nothingLeft });
      else {
        for (const [at, each] of prices.entries())
          addTo(open, { priced, at, ...each, billed: billed[index] ?? 0 }, { decisionOn, apart });
      }
    }
  }
  return { charges: [...open.values()].map((charge) => closeCharge(charge, workerNames)), absorbed, unpriced };
}

/** What increments make of each, unless it was rounded before. */
export function roundTime(
  ordered: readonly Pick<PricedTime, "entry" | "terms" | "billedMinutes">[],
  before: BilledBefore,
): readonly number[] {
  const rounded = billedMinutes(
    ordered.map(({ entry }) => entry),
    (index) => (ordered[index] as PricedTime).terms.time.increment,
    before.days,
  );
  return rounded.map((minutes, index) => ordered[index]?.billedMinutes ?? minutes);
}

type OpenCharge = {
  readonly first: PricedTime;
  readonly price: HourPrice;
  readonly claims: ChargeClaim[];
  minutes: number;
  lastOn: LocalDate;
};

/** The order in which time is rounded and charged. */
export function byWork(
  { entry: left }: Pick<PricedTime, "entry">,
  { entry: right }: Pick<PricedTime, "entry">,
): number {
  return (
    compare(left.engagementId, right.engagementId) ||
    compare(left.projectId, right.projectId) ||
    compare(left.workedOn, right.workedOn) ||
    compare(left.id, right.id)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** Nothing when an hour costs its rate, whoever works it when: a million such entries need no parts. */
function partsOf(ordered: readonly PricedTime[], billed: readonly number[], before: BilledBefore) {
  if (ordered.every(({ terms: { time } }) => !time.overtime && !time.travel && !time.tiers)) return undefined;
  return timeParts(
    ordered.map(({ entry, terms }, index) => ({ ...entry, billedMinutes: billed[index] ?? 0, terms: terms.time })),
    before,
  );
}

const priceOf = ({ entry, terms, choice }: PricedTime, part: TimePart | undefined): HourPrice =>
  part === undefined && terms.time.indexation === undefined
    ? { priceMinor: choice.rate.priceMinor, raised: undefined, agreed: {} }
    : hourPrice(choice.rate, terms.time, {
        on: entry.workedOn,
        overtime: part?.overtime,
        travel: part?.travel,
        tier: part?.tier,
      });

const nothingLeft: PricingIssue = {
  code: "hour-costs-nothing",
  message: "What was agreed leaves nothing of the price of this hour; correct its rate or its terms.",
};

/** The line of a day that was rounded up, when it covers this entry. */
export function coveringLine(
  { entry }: Pick<PricedTime, "entry">,
  before: BilledBefore,
): ChargedTime["absorbed"][number] | undefined {
  const day = before.days.filter(
    ({ workerId, workedOn }) => workerId === entry.workerId && workedOn === entry.workedOn,
  );
  const [first] = day;
  if (first === undefined) return undefined;
  const sum = (minutes: readonly number[]) => minutes.reduce((total, each) => total + each, 0);
  const worked = sum(day.map(({ minutes }) => minutes));
  const billed = sum(day.map(({ billedMinutes: minutes }) => minutes));
  const reason = `${billed} min were billed for the ${worked} min of ${entry.workedOn}, and they cover these ${entry.minutes} min`;
  return { work: entry, lineId: first.lineId, reason };
}

type Taken = {
  readonly priced: PricedTime;
  /** Which part of the entry it is. */
  readonly at: number;
  readonly part: TimePart | undefined;
  readonly price: HourPrice;
  readonly billed: number;
};

function addTo(
  open: Map<string, OpenCharge>,
  { priced, at, part, price, billed }: Taken,
  { decisionOn, apart }: { readonly decisionOn: DecisionOn; readonly apart: Apart | undefined },
): void {
  const { entry, choice, role } = priced;
  // A part is a share of its own: whoever takes less than the whole says so.
  const work = at === 0 ? entry : { ...entry, share: entry.share + at };
  // Where one rate holds for all roles, a line is about all of them. What was edited after billing is a line of its own.
  const whose = isBlended(choice) ? "" : role;
  const key = `${entry.projectId}|${choice.rate.id}|${entry.task}|${whose}|${conditionKey(price)}${priced.beyond === true ? "|beyond" : ""}|${decisionOn(work)?.id ?? ""}|${entry.earlier === undefined ? "" : entry.id}${apart?.(entry) ?? ""}`;
  let charge = open.get(key);
  if (charge === undefined) {
    charge = { first: priced, price, claims: [], minutes: 0, lastOn: entry.workedOn };
    open.set(key, charge);
  }
  const minutes = part?.billedMinutes ?? billed;
  charge.minutes += minutes;
  charge.lastOn = entry.workedOn;
  charge.claims.push({ work, minutes: part?.minutes ?? entry.minutes, billedMinutes: minutes });
}

const isBlended = ({ level }: RateChoice): boolean =>
  !level.matches.some((name) => name === "role" || name === "workerId");

const conditionKey = ({ raised, agreed: { overtime, travel, tier } }: HourPrice): string =>
  raised === undefined && overtime === undefined && travel === undefined && tier === undefined
    ? ""
    : JSON.stringify([raised?.steps, overtime, travel !== undefined, tier]);

function closeCharge(
  { first, price, claims, minutes, lastOn }: OpenCharge,
  workerNames: ReadonlyMap<WorkerId, string>,
): Charge {
  const { entry, choice, engagement, terms } = first;
  const { beyond = false } = first;
  const conditions = hourWords(price, terms.time, choice.rate.currency, engagement.language);
  return {
    engagementId: entry.engagementId,
    projectId: entry.projectId,
    on: entry.workedOn,
    nature: "fee",
    description: [whoIn(first, workerNames), entry.task].filter((part) => part !== "").join(" – "),
    quantity: String(minutes),
    unit: "minute",
    minutes,
    priceMinor: price.priceMinor,
    priceBase: minutesPerHour,
    rateId: choice.rate.id,
    retainedMinor: 0n,
    tax: undefined,
    because: [
      lineReason(
        {
          choice,
          entries: claims.length,
          firstOn: entry.workedOn,
          lastOn,
          workedMinutes: claims.reduce((sum, claim) => sum + claim.minutes, 0),
          billedMinutes: minutes,
          increment: terms.time.increment,
          conditions,
        },
        engagement.language,
      ),
      ...(beyond ? [beyondBucket(engagement.language)] : []),
      ...(entry.earlier === undefined ? [] : [earlierWords(entry.earlier, entry, engagement.language)]),
    ].join("; "),
    claims,
  };
}

function whoIn({ entry, choice, role, engagement }: PricedTime, workerNames: ReadonlyMap<WorkerId, string>): string {
  const person = choice.rate.workerId === undefined ? undefined : workerNames.get(entry.workerId);
  if (person !== undefined) return person;
  if (!isBlended(choice)) return role;
  return engagement.language.startsWith("de") ? "Alle Rollen" : "All roles";
}
