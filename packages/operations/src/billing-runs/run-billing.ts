import { addDays } from "@plumbline/domain/calendar/local-date";
import type { OpenDeposit } from "@plumbline/domain/deposit/deduct-deposits";
import type { EngagementId } from "@plumbline/domain/id";
import { demand, type InScope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { countClients } from "../drafts/count-clients.ts";
import { type ClientDrafts, draftClient } from "../drafts/draft-client.ts";
import { type LoadedBook, loadRunBook } from "../drafts/load-run-book.ts";
import { saveDrafts } from "../drafts/save-drafts.ts";
import { type ClientWork, prepareForReading, screenWork, selectWork } from "../drafts/select-work.ts";
import { ruleWeeks, type WeekRulings } from "../drafts/week-rulings.ts";
import type { Screening } from "../drafts/work-entry.ts";
import { releaseRevenue } from "../ledger/release-revenue.ts";
import { closeSettledExceptions } from "../exceptions/close-settled-exceptions.ts";
import { creditShortfalls } from "../committed-minimums/credit-shortfalls.ts";
import { creditBilledEdits } from "../credits/credit-billed-edits.ts";
import { tellWithdrawn } from "../exceptions/tell-withdrawn.ts";
import { loadBundle } from "../policies/policy-bundles.ts";
import { lockDeposits } from "../deposits/load-deposits.ts";
import { topUpRetainers } from "../deposits/top-up-retainers.ts";
import { expireRetainers } from "../payments/expire-retainers.ts";
import { giveBackStaleDraws } from "../hour-buckets/give-back-draws.ts";
import { lockBuckets } from "../hour-buckets/load-buckets.ts";
import { lockLimits } from "../limits/load-limits.ts";
import { advanceRun, type BillingRun, finishRun, releaseRun, saveClientsTotal, takeRun } from "./billing-run-store.ts";
import { failedWork } from "./failed-work.ts";
import { openPeriod } from "./open-period.ts";

/** Work is saved in batches of whole clients of about this many entries. */
const batchEntries = 4_000;

export type RunProgress = { readonly clientsDone: number; readonly entries: number; readonly drafts: number };

type Step = { readonly work: ClientWork; readonly drafted: ClientDrafts };
type Run = {
  readonly run: BillingRun;
  readonly book: LoadedBook;
  readonly screening: Screening;
  readonly weeks: WeekRulings;
};

/**
 * Executes a queued billing run: one reader streams the unbilled work from one snapshot while another connection writes
 * the drafts of the batch before. Each batch commits together with the run's place, so a run that breaks off goes on
 * where it stopped and bills nothing twice. What recurs is made into work and what was edited after billing is credited first, and what its period earned of earlier
 * invoices is released last. A client whose batch cannot be drafted or saved is held with a technical
 * exception, and the others go on.
 *
 * @returns undefined when another worker has the run, or it is over
 * @throws Problem `permission-missing`
 */
export async function runBilling(
  inScope: InScope,
  input: {
    readonly billingRunId: string;
    readonly onProgress?: (progress: RunProgress) => void;
    /** Aborted when the worker stops: the run breaks off between two batches and is left for the next worker. */
    readonly signal?: AbortSignal;
  },
): Promise<BillingRun["state"] | undefined> {
  demand(inScope, "billing.run");
  const run = await inScope((scope) => takeRun(scope.tx, input.billingRunId));
  if (run === undefined) return undefined;
  let state: "done" | "cancelled" | undefined;
  try {
    await inScope((scope) => openPeriod(scope, run.period));
    await inScope((scope) => creditBilledEdits(scope, run.id));
    await inScope((scope) => creditShortfalls(scope, run.id));
    await inScope((scope) => giveBackStaleDraws(scope));
    await inScope(tellWithdrawn);
    state = await execute(inScope, run, input);
  } catch (cause) {
    await inScope((scope) => releaseRun(scope.tx, run.id));
    throw cause;
  }
  if (state === undefined) return undefined;
  await inScope(async (scope) => {
    if (state === "done") await expireRetainers(scope, run);
    await closeSettledExceptions(scope);
    if (state === "done") await topUpRetainers(scope, run);
    await releaseRevenue(scope, { through: addDays(run.period.end, -1) });
    await finishRun(scope.tx, run.id, state);
    const totals = await queryOne<RunProgress>(
      scope.tx,
      'select clients_done as "clientsDone", entries, drafts from billing_runs where id = ?',
      [run.id],
    );
    await scope.emit([{ name: "billing_run.finished", subjectId: run.id, data: { state, ...totals } }]);
    await scope.audit([{ action: `billing_run.${state}`, subjectId: run.id, bundleHash: run.bundleHash }]);
  });
  return state;
}

async function execute(inScope: InScope, run: BillingRun, input: Parameters<typeof runBilling>[1]) {
  return inScope.reading(async (reader) => {
    await prepareForReading(reader.tx);
    const bundle = await loadBundle(reader.tx, run.bundleHash);
    const left = await countClients(reader.tx, { period: run.period, after: run.doneThrough });
    await inScope((scope) => saveClientsTotal(scope.tx, run.id, run.clientsDone + left));
    const book = await loadRunBook(reader.tx, {
      period: run.period,
      knownAt: run.knownAt,
      bundle,
      issued: { at: reader.now },
    });
    const screening = await screenWork(reader.tx, run.period);
    const weeks = ruleWeeks(bundle, screening.weeks);
    const work = selectWork(reader.tx, { period: run.period, after: run.doneThrough });
    return billClients(inScope, { run, book, screening, weeks }, { work, ...input });
  });
}

async function billClients(
  inScope: InScope,
  context: Run,
  input: {
    readonly work: AsyncIterable<ClientWork>;
    readonly onProgress?: (progress: RunProgress) => void;
    readonly signal?: AbortSignal;
  },
): Promise<"done" | "cancelled" | undefined> {
  let run = context.run;
  let batch: Step[] = [];
  let pending = Promise.resolve<BatchEnd>("go on");
  const flush = async (): Promise<BatchEnd> => {
    const end = await pending;
    const steps = batch;
    const [last] = steps.slice(-1);
    if (end !== "go on" || last === undefined) return end;
    batch = [];
    const before = run;
    run = { ...run, doneThrough: last.work.clientId };
    pending = saveBatch(inScope, { ...context, run: before }, steps);
    // The next batch is read and drafted while this one is written; a failure surfaces at the next flush.
    pending.catch(() => undefined);
    return end;
  };
  let size = 0;
  const progress = { clientsDone: run.clientsDone, entries: run.entries, drafts: run.drafts };
  for await (const work of input.work) {
    if (input.signal?.aborted === true) await pending;
    input.signal?.throwIfAborted();
    const drafted = tryDraft(context, work);
    batch.push({ work, drafted });
    progress.clientsDone += 1;
    progress.entries += sizeOf(work);
    progress.drafts += drafted.drafts.length;
    size += sizeOf(work);
    if (size < batchEntries) continue;
    size = 0;
    const end = await flush();
    if (end !== "go on") return end === "cancelled" ? "cancelled" : undefined;
    input.onProgress?.(progress);
  }
  await flush();
  const end = await pending;
  input.onProgress?.(progress);
  return end === "taken over" ? undefined : end === "cancelled" ? "cancelled" : "done";
}

const sizeOf = ({ entries, pieces }: ClientWork): number => entries.length + pieces.length;

type BatchEnd = "go on" | "cancelled" | "taken over";

/** When a client cannot be drafted, the engagements that cannot are found one by one and held; the rest is billed. */
function tryDraft({ book, screening, weeks }: Run, { entries, pieces }: Work): ClientDrafts {
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

/** Saves a batch whole; when the database refuses it, client by client, so that one bad client holds only itself. */
async function saveBatch(inScope: InScope, context: Run, steps: readonly Step[]): Promise<BatchEnd> {
  try {
    return await saveSteps(inScope, context, steps);
  } catch (cause) {
    if (steps.length === 1) {
      const [step] = steps as [Step];
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
