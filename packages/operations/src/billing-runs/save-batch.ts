import type { EngagementId } from "@plumbline/domain/id";
import type { OpenDeposit } from "@plumbline/domain/deposit/deduct-deposits";
import type { InScope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { lockDeposits } from "../deposits/load-deposits.ts";
import { type ClientDrafts, draftClient } from "../drafts/draft-client.ts";
import type { LoadedBook } from "../drafts/load-run-book.ts";
import { saveDrafts } from "../drafts/save-drafts.ts";
import { type ClientWork, selectWork } from "../drafts/select-work.ts";
import { isTakenWork } from "../drafts/taken-work.ts";
import type { WeekRulings } from "../drafts/week-rulings.ts";
import type { Screening } from "../drafts/work-entry.ts";
import { lockBuckets } from "../hour-buckets/load-buckets.ts";
import { lockLimits } from "../limits/load-limits.ts";
import { advanceRun, type BillingRun } from "./billing-run-store.ts";
import { failedWork } from "./failed-work.ts";

/** The work of one client, and what was drafted of it. */
export type Step = { readonly work: ClientWork; readonly drafted: ClientDrafts };
export type Run = {
  readonly run: BillingRun;
  readonly book: LoadedBook;
  readonly screening: Screening;
  readonly weeks: WeekRulings;
};

export type BatchEnd = "go on" | "cancelled" | "taken over";

/** How often a client is drafted anew because others took some of its work in the meantime. */
const takenMax = 3;

/**
 * Saves a batch whole; when the database refuses it, client by client, so that one bad client holds only itself. Where somebody else
 * billed the same work at that moment, a client is drafted anew from what is left.
 */
export async function saveBatch(inScope: InScope, context: Run, steps: readonly Step[], tries = 0): Promise<BatchEnd> {
  try {
    return await saveSteps(inScope, context, steps);
  } catch (cause) {
    if (steps.length === 1) {
      const [step] = steps as [Step];
      if (isTakenWork(cause) && tries < takenMax)
        return saveBatch(inScope, context, [await inScope((scope) => draftLeft(scope.tx, context, step))], tries + 1);
      const drafted = failedWork(context.book, step.work, cause);
      return saveSteps(inScope, context, [{ ...step, drafted }]);
    }
  }
  let { run } = context;
  for (const step of steps) {
    const end = await saveBatch(inScope, { ...context, run }, [step]);
    if (end !== "go on") return end;
    run = { ...run, doneThrough: step.work.clientId };
  }
  return "go on";
}

/** What is left of the work of one client, as it is now. */
async function draftLeft(tx: TenantTx, context: Run, { work }: Step): Promise<Step> {
  const { clientId, entries, pieces } = work;
  const works = [...entries, ...pieces].map(({ id }) => id);
  let left: ClientWork = { clientId, entries: [], pieces: [] };
  const { run, book } = context;
  const wanted = { period: run.period, only: clientId, works, bundle: book.bundle };
  for await (const found of selectWork(tx, wanted)) left = found;
  return { work: left, drafted: tryDraft(context, left) };
}

async function saveSteps(inScope: InScope, context: Run, unfitted: readonly Step[]): Promise<BatchEnd> {
  const { run } = context;
  return inScope(async (scope) => {
    const { steps, book } = await fitSteps(scope.tx, context, unfitted);
    // A first run plans its foreign-key checks while the tables are empty, and would scan them for ever after.
    await query(scope.tx, "set local enable_seqscan = off");
    const batch = steps.map((step) => step.drafted);
    const [last] = steps.slice(-1) as [Step];
    const advanced = await advanceRun(scope.tx, run, {
      doneThrough: last.work.clientId,
      clients: steps.length,
      entries: steps.reduce((sum, step) => sum + sizeOf(step.work), 0),
      drafts: batch.reduce((sum, client) => sum + client.drafts.length, 0),
    });
    if (advanced === undefined) return "taken over";
    await saveDrafts(scope, book, { runId: run.id, batch });
    return advanced.cancelRequested ? "cancelled" : "go on";
  });
}

/**
 * Holds the batch's limits, hour buckets and deposits and drafts those clients anew of which something was used since the run began
 * to read: what is reserved is what is left, not what was.
 */
async function fitSteps(
  tx: TenantTx,
  context: Run,
  steps: readonly Step[],
): Promise<{ readonly steps: readonly Step[]; readonly book: LoadedBook }> {
  const { book: before } = context;
  if ([before.limits, before.buckets, before.deposits].every(({ size }) => size === 0)) return { steps, book: before };
  const clientIds = steps.map(({ work }) => work.clientId);
  const [limits, buckets] = [await lockLimits(tx, clientIds), await lockBuckets(tx, clientIds)];
  const deposits = await lockDeposits(tx, clientIds);
  const moved = (id: EngagementId): boolean =>
    leftOf(before.limits.get(id)) !== leftOf(limits.get(id)) ||
    leftOf(before.buckets.get(id)) !== leftOf(buckets.get(id)) ||
    leftOf(before.deposits.get(id)?.map(asLeft)) !== leftOf(deposits.get(id)?.map(asLeft));
  const book = { ...before, limits, buckets, deposits };
  const fitted = steps.map((step) => {
    const engagements = new Set([...step.work.entries, ...step.work.pieces].map(({ engagementId }) => engagementId));
    // What could not be saved stays held: drafted again, it would only fail again.
    const drafts = step.drafted.charged !== undefined && [...engagements].some(moved);
    return drafts ? { ...step, drafted: tryDraft({ ...context, book }, step.work) } : step;
  });
  return { steps: fitted, book };
}

const asLeft = ({ id, leftMinor: remaining }: OpenDeposit) => ({ id, remaining });

const leftOf = (known: readonly { readonly id: string; readonly remaining: bigint | number }[] = []): string =>
  known.map(({ id, remaining }) => `${id}=${remaining}`).join();

/** When a client cannot be drafted, the engagements that cannot are found one by one and held; the rest is billed. */
export function tryDraft({ book, screening, weeks }: Run, { entries, pieces }: Work): ClientDrafts {
  const draft = (of: Work) => draftClient(book, { ...of, screening, weeks });
  try {
    return draft({ entries, pieces });
  } catch {
    const broken = new Set<EngagementId>();
    const held: ClientDrafts[] = [];
    for (const id of new Set([...entries, ...pieces].map(({ engagementId }) => engagementId))) {
      const ofEngagement = only({ entries, pieces }, (engagementId) => engagementId === id);
      try {
        draft(ofEngagement);
      } catch (cause) {
        broken.add(id);
        held.push(failedWork(book, ofEngagement, cause));
      }
    }
    const drafted = draft(only({ entries, pieces }, (engagementId) => !broken.has(engagementId)));
    return { ...drafted, findings: [...drafted.findings, ...held.flatMap(({ findings }) => findings)] };
  }
}

type Work = Omit<ClientWork, "clientId">;

const only = ({ entries, pieces }: Work, keep: (id: EngagementId) => boolean): Work => ({
  entries: entries.filter(({ engagementId }) => keep(engagementId)),
  pieces: pieces.filter(({ engagementId }) => keep(engagementId)),
});

export const sizeOf = ({ entries, pieces }: ClientWork): number => entries.length + pieces.length;
