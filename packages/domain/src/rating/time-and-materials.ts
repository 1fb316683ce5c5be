import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { EngagementId, ProjectId, WorkerId } from "@plumbline/domain/id";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import { billedMinutes } from "./billed-minutes.ts";
import type { Charge, ChargeClaim } from "./charge.ts";
import { minutesPerHour } from "./line-net.ts";
import { lineReason } from "./line-reason.ts";
import type { RateChoice } from "./rate-book.ts";

/** A time entry with all that decides its price. */
export type PricedTime = {
  readonly entry: WorkRef & {
    readonly engagementId: EngagementId;
    readonly projectId: ProjectId;
    readonly workerId: WorkerId;
    readonly workedOn: LocalDate;
    readonly task: string;
  };
  readonly engagement: { readonly language: string };
  readonly terms: Pick<EngagementTerms, "time">;
  readonly role: string;
  readonly choice: RateChoice;
};

type OpenCharge = { readonly first: PricedTime; readonly claims: ChargeClaim[]; minutes: number; lastOn: LocalDate };

/**
 * Charges the time of one client by the hour: entries of one rate, task and role on a project make one charge.
 * Permuting the entries changes nothing.
 *
 * @param entries of one client; all engagements together, because increments per day span them
 */
export function chargeTime(entries: readonly PricedTime[], workerNames: ReadonlyMap<WorkerId, string>): Charge[] {
  const ordered = entries.toSorted(byWork);
  const billed = billedMinutes(
    ordered.map(({ entry }) => entry),
    (index) => (ordered[index] as PricedTime).terms.time.increment,
  );
  const open = new Map<string, OpenCharge>();
  for (const [index, priced] of ordered.entries()) {
    const { entry, choice, role } = priced;
    const key = `${entry.projectId}|${choice.rate.id}|${entry.task}|${role}`;
    let charge = open.get(key);
    if (charge === undefined) {
      charge = { first: priced, claims: [], minutes: 0, lastOn: entry.workedOn };
      open.set(key, charge);
    }
    const minutes = billed[index] as number;
    charge.minutes += minutes;
    charge.lastOn = entry.workedOn;
    charge.claims.push({ work: entry, minutes: entry.minutes, billedMinutes: minutes });
  }
  return [...open.values()].map((charge) => closeCharge(charge, workerNames));
}

function byWork({ entry: left }: PricedTime, { entry: right }: PricedTime): number {
  return (
    compare(left.engagementId, right.engagementId) ||
    compare(left.projectId, right.projectId) ||
    compare(left.workedOn, right.workedOn) ||
    compare(left.id, right.id)
  );
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

function closeCharge(
  { first, claims, minutes, lastOn }: OpenCharge,
  workerNames: ReadonlyMap<WorkerId, string>,
): Charge {
  const { entry, role, choice, engagement, terms } = first;
  const forPerson = choice.rate.workerId !== undefined ? workerNames.get(entry.workerId) : undefined;
  return {
    engagementId: entry.engagementId,
    projectId: entry.projectId,
    on: entry.workedOn,
    nature: "fee",
    description: [forPerson ?? role, entry.task].filter((part) => part !== "").join(" – "),
    quantity: String(minutes),
    unit: "minute",
    minutes,
    priceMinor: choice.rate.priceMinor,
    priceBase: minutesPerHour,
    rateId: choice.rate.id,
    retainedMinor: 0n,
    tax: undefined,
    because: lineReason(
      {
        choice,
        entries: claims.length,
        firstOn: entry.workedOn,
        lastOn,
        workedMinutes: claims.reduce((sum, claim) => sum + claim.work.minutes, 0),
        billedMinutes: minutes,
        increment: terms.time.increment,
      },
      engagement.language,
    ),
    claims,
  };
}
