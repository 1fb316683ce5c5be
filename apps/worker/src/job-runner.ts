import { enterTenantById } from "@plumbline/operations/tenants/enter-tenant";
import type { TenantId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { type Claim, claimJob } from "@plumbline/platform/jobs/claim-job";
import type { Hint } from "@plumbline/platform/jobs/hint";
import { type Outcome, recordOutcome } from "@plumbline/platform/jobs/record-outcome";
import type { Log } from "@plumbline/platform/log";
import type { InScope } from "@plumbline/platform/scope";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { holdLease } from "./hold-lease.ts";
import type { Job } from "./job.ts";
import { backoffMs, type WorkerTiming } from "./timing.ts";

export type JobRunner = {
  /** Follows a hint: claims, runs, records. Never throws. */
  readonly take: (hint: Hint) => Promise<void>;
  /** Follows no more hints, waits for running jobs, then aborts them. Resolves in bounded time. @returns jobs left over */
  readonly stop: () => Promise<number>;
};

type RunnerDeps = {
  readonly pool: TenantPool;
  readonly jobs: readonly Job[];
  readonly log: Log;
  readonly timing: WorkerTiming;
  /** Told after every run: a successor may be waiting. */
  readonly finished: () => void;
};

export function createJobRunner(deps: RunnerDeps): JobRunner {
  const byName = new Map(deps.jobs.map((job) => [job.name, job]));
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let accepting = true;

  const take = async (hint: Hint): Promise<void> => {
    if (!accepting) return; // Stays queued in PostgreSQL; the sweep finds it a worker.
    const job = byName.get(hint.job);
    if (job === undefined) return deps.log.warn("job unknown", { tenant: hint.tenantId, job: hint.job });
    const run = follow(hint, job, deps, stopping.signal).catch((error: unknown) =>
      deps.log.error("job not recorded", { tenant: hint.tenantId, job: hint.job, ...traitsOf(error) }),
    );
    running.add(run);
    await run;
    running.delete(run);
    deps.finished();
  };

  return {
    take,
    async stop() {
      accepting = false;
      await settledWithin(deps.timing.stopWithinMs, running);
      stopping.abort(new Error("the worker is stopping"));
      await settledWithin(deps.timing.letGoWithinMs, running);
      return running.size;
    },
  };
}

async function follow(hint: Hint, job: Job, deps: RunnerDeps, stopping: AbortSignal): Promise<void> {
  const { pool, timing, log } = deps;
  // Hints are written by the relay from our own tables.
  const inScope = await enterTenantById(pool, hint.tenantId as TenantId, { kind: "system", name: job.actor });
  const claim = await inScope((scope) => claimJob(scope.tx, { ...hint, leaseMs: timing.leaseMs }));
  if (claim === undefined) return;

  const startedAt = performance.now();
  const lease = holdLease(inScope, claim, { leaseMs: timing.leaseMs, until: stopping });
  const { outcome, error } = await attempt(job, claim, { inScope, signal: lease.signal, stopping, timing });
  lease.release();
  const recorded = await inScope((scope) => recordOutcome(scope.tx, claim, outcome));

  const level = outcome.kind === "failed" ? "error" : outcome.kind === "retry" ? "warn" : "info";
  log[level]("job", {
    tenant: hint.tenantId,
    job: job.name,
    subject: claim.subjectId,
    attempt: claim.attempt,
    outcome: recorded ? outcome.kind : "fenced",
    ms: Math.round(performance.now() - startedAt),
    ...(error === undefined ? {} : traitsOf(error)),
  });
}

type Attempt = { readonly outcome: Outcome; readonly error?: unknown };

async function attempt(
  job: Job,
  claim: Claim,
  context: { inScope: InScope; signal: AbortSignal; stopping: AbortSignal; timing: WorkerTiming },
): Promise<Attempt> {
  const { inScope, signal, stopping, timing } = context;
  // Only runs that never came back leave more claims behind than attempts: something in it ends the process.
  if (claim.attempt > job.attempts) return failed("The job ended without an answer, as often as it may be tried.");
  const prepared = job.prepare(claim.data);
  if ("fault" in prepared) return failed(prepared.fault);
  try {
    const waits = await prepared.run({ inScope, subjectId: claim.subjectId, signal });
    return { outcome: waits ? { kind: "released", delayMs: waits.waitMs } : { kind: "done" } };
  } catch (error) {
    if (error instanceof Problem) return failed(error.message, error);
    if (stopping.aborted) return { outcome: { kind: "released", delayMs: 0 } };
    const because = error instanceof Error ? error.message : String(error);
    if (claim.attempt >= job.attempts) return failed(because, error);
    return { outcome: { kind: "retry", because, delayMs: backoffMs(claim.attempt, timing) }, error };
  }
}

const failed = (because: string, error?: unknown): Attempt => ({ outcome: { kind: "failed", because }, error });

/** What of an error may be logged. Its message may quote data, so that stays in the tenant's own row. */
function traitsOf(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  if (error instanceof Problem) return { error: error.kind };
  const code = "code" in error ? error.code : undefined;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error: error.name, code, at: frames.slice(0, 8).map((frame) => frame.trim()) };
}

async function settledWithin(ms: number, running: ReadonlySet<Promise<void>>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([Promise.all(running), limit]);
  clearTimeout(timer);
}
