import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { EngagementId, WorkItemId } from "@plumbline/domain/id";
import { canonicalJson } from "@plumbline/domain/policy/canonical-json";
import type { BilledLine } from "@plumbline/domain/rating/billed-of-period";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { findClosed } from "../closures/closed-work.ts";
import { loadUnbilledFrom } from "../work/load-unbilled-from.ts";
import { earliestWorkDay } from "../drafts/late-days.ts";
import {
  type AgreedMinimums,
  type KnownShortfall,
  knownShortfalls,
  lockMinimums,
  lockShortfalls,
} from "./agreed-minimums.ts";
import { type CountedPeriod, countPeriods } from "./count-periods.ts";
import { loadBilled } from "./load-billed.ts";

type NextShortfall = CountedPeriod & {
  readonly id: WorkItemId;
  readonly version: number;
  readonly status: "approved" | "rejected";
};

/**
 * Makes what a committed period lacks a piece of work, once: as soon as the period is over and all approved work up to its end is on
 * issued invoices. What is not issued is counted anew by each run; what is issued stays, and is credited if it was too much.
 */
export async function saveShortfalls(scope: Scope, period: Period): Promise<void> {
  const isClosed = await findClosed(scope.tx);
  const agreed = (await lockMinimums(scope.tx)).filter((of) => !isClosed(of));
  const ids = agreed.map(({ engagementId }) => engagementId);
  if (ids.length === 0) return;
  const known = await knownOf(scope, ids);
  const unbilled = await loadUnbilledFrom(scope.tx, {
    engagementIds: ids,
    earliest: earliestWorkDay(period),
    but: "shortfall",
  });
  const billed = await loadBilled(scope.tx, { engagementIds: ids, drafts: false });
  const next = agreed.flatMap((of) => {
    const before = known.get(of.engagementId) ?? [];
    // Nothing that was made for a later period is withdrawn because an earlier one is billed.
    const horizon = [period.end, ...before.map(({ endsOn }) => endsOn)].toSorted().at(-1) as LocalDate;
    const waitsFor = unbilled.get(of.engagementId);
    const lines = billed.get(of.engagementId) ?? [];
    return nextOf(scope, { of, before, lines, days: { before: horizon }, waitsFor });
  });
  await save(scope, next);
}

/**
 * The same for an engagement that closes after a day, whose final bill is drafted: the period that began ends early, and drafts count
 * as well.
 *
 * @returns what lacks, not yet billed
 */
export async function saveLastShortfalls(
  scope: Scope,
  { engagementId, on }: { readonly engagementId: EngagementId; readonly on: LocalDate },
): Promise<readonly WorkItemId[]> {
  const [of] = await lockMinimums(scope.tx, [engagementId]);
  if (of === undefined) return [];
  const before = (await knownOf(scope, [engagementId])).get(engagementId) ?? [];
  const billed = await loadBilled(scope.tx, { engagementIds: [engagementId], drafts: true });
  const closedFrom = addDays(on, 1);
  const days = { before: closedFrom, closedFrom };
  const lines = billed.get(engagementId) ?? [];
  const next = nextOf(scope, { of, before, lines, days, waitsFor: undefined });
  await save(scope, next);
  return next.filter(({ status }) => status === "approved").map(({ id }) => id);
}

async function knownOf({ tx }: Scope, ids: readonly EngagementId[]) {
  await lockShortfalls(tx, ids);
  return Map.groupBy(await knownShortfalls(tx, ids), ({ engagementId }) => engagementId);
}

type Counting = {
  readonly of: AgreedMinimums;
  readonly before: readonly KnownShortfall[];
  readonly lines: readonly BilledLine[];
  readonly days: { readonly before: LocalDate; readonly closedFrom?: LocalDate };
  /** Periods that end after this day wait for work to be billed, and lack nothing until then. */
  readonly waitsFor: LocalDate | undefined;
};

function nextOf(scope: Scope, { of, before, lines, days, waitsFor }: Counting): NextShortfall[] {
  const known = new Map(before.map((shortfall) => [shortfall.startsOn, shortfall]));
  const counted = countPeriods(of, { lines, ...days });
  const waits = ({ endsOn }: { readonly endsOn: LocalDate }) => waitsFor !== undefined && waitsFor < endsOn;
  const next = counted.flatMap((period): NextShortfall[] => {
    const made = known.get(period.startsOn);
    if (made !== undefined && (made.invoice !== null || (isAs(made, period) && !waits(period)))) return [];
    if (period.amountMinor > 0n && !waits(period))
      return [{ ...period, id: made?.id ?? scope.newId(), version: (made?.version ?? 0) + 1, status: "approved" }];
    return made === undefined || made.status === "rejected" ? [] : [withdrawn(made)];
  });
  const wanted = new Set(counted.map(({ startsOn }) => startsOn));
  const ended = before.filter(
    (made) => made.invoice === null && made.status === "approved" && !wanted.has(made.startsOn),
  );
  return [...next, ...ended.map(withdrawn)];
}

/** A version that says nothing new but that it is owed no more. */
const withdrawn = (made: KnownShortfall): NextShortfall => ({
  ...made,
  version: made.version + 1,
  status: "rejected",
  minimumMinor: BigInt(made.minimumMinor),
  billedMinor: BigInt(made.billedMinor),
  amountMinor: BigInt(made.amountMinor),
});

const isAs = (made: KnownShortfall, period: CountedPeriod): boolean =>
  made.status === "approved" &&
  made.endsOn === period.endsOn &&
  made.currency === period.currency &&
  BigInt(made.minimumMinor) === period.minimumMinor &&
  BigInt(made.billedMinor) === period.billedMinor &&
  canonicalJson(made.detail) === canonicalJson(period.detail);

async function save(scope: Scope, next: readonly NextShortfall[]): Promise<void> {
  if (next.length === 0) return;
  await query(scope.tx, "update work_items set current = false where current and id = any(?)", [
    next.filter(({ version }) => version > 1).map(({ id }) => id),
  ]);
  await insertRows(
    scope.tx,
    "work_items",
    next,
    {
      id: ["uuid", ({ id }) => id],
      version: ["int", ({ version }) => version],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      worked_on: ["date", ({ endsOn }) => addDays(endsOn, -1)],
      amount_minor: ["bigint", ({ amountMinor }) => amountMinor],
      currency: ["text", ({ currency }) => currency],
      status: ["text", ({ status }) => status],
    },
    { constants: { kind: "'shortfall'" } },
  );
  await insertRows(scope.tx, "shortfalls", next, {
    id: ["uuid", ({ id }) => id],
    version: ["int", ({ version }) => version],
    engagement_id: ["uuid", ({ engagementId }) => engagementId],
    starts_on: ["date", ({ startsOn }) => startsOn],
    ends_on: ["date", ({ endsOn }) => endsOn],
    minimum_minor: ["bigint", ({ minimumMinor }) => minimumMinor],
    billed_minor: ["bigint", ({ billedMinor }) => billedMinor],
    detail: ["jsonb", ({ detail }) => detail],
  });
}
