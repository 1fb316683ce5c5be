import { addDays } from "@plumbline/domain/calendar/local-date";
import { demand, type InScope } from "@plumbline/platform/scope";
import { queryOne } from "@plumbline/platform/sql";
import { countClients } from "../drafts/count-clients.ts";
import { loadRunBook } from "../drafts/load-run-book.ts";
import { type ClientWork, prepareForReading, screenWork, selectWork } from "../drafts/select-work.ts";
import { ruleWeeks } from "../drafts/week-rulings.ts";
import { releaseRevenue } from "../ledger/release-revenue.ts";
import { closeSettledExceptions } from "../exceptions/close-settled-exceptions.ts";
import { creditShortfalls } from "../committed-minimums/credit-shortfalls.ts";
import { creditBilledEdits } from "../credits/credit-billed-edits.ts";
import { tellWithdrawn } from "../exceptions/tell-withdrawn.ts";
import { loadBundle } from "../policies/policy-bundles.ts";
import { topUpRetainers } from "../deposits/top-up-retainers.ts";
import { expireRetainers } from "../payments/expire-retainers.ts";
import { giveBackStaleDraws } from "../hour-buckets/give-back-draws.ts";
import { type BillingRun, finishRun, releaseRun, saveClientsTotal, takeRun } from "./billing-run-store.ts";
import { openPeriod } from "./open-period.ts";
import { type BatchEnd, type Run, saveBatch, sizeOf, type Step, tryDraft } from "./save-batch.ts";

/** Work is saved in batches of whole clients of about this many entries. */
const batchEntries = 4_000;

export type RunProgress = { readonly clientsDone: number; readonly entries: number; readonly drafts: number };

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
    const work = selectWork(reader.tx, { period: run.period, after: run.doneThrough, bundle });
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
