export type WorkerTiming = {
  /** A claim ends this long after its last renewal. A worker that dies costs a job at most this and `patienceMs`. */
  readonly leaseMs: number;
  /** A hint that nobody followed for this long counts as lost. */
  readonly patienceMs: number;
  /** First retry after up to this long, then twice that, and so on. */
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** How long `stop()` waits for running jobs before it aborts them. */
  readonly stopWithinMs: number;
  /** How long aborted jobs get to let go. */
  readonly letGoWithinMs: number;
};

export const workerTiming: WorkerTiming = {
  leaseMs: 60_000,
  patienceMs: 20_000,
  backoffBaseMs: 1_000,
  backoffCapMs: 300_000,
  stopWithinMs: 20_000,
  letGoWithinMs: 2_000,
};

/** Capped exponential backoff with full jitter, so that jobs that failed together do not come back together. */
export function backoffMs(
  attempt: number,
  timing: Pick<WorkerTiming, "backoffBaseMs" | "backoffCapMs">,
  random: () => number = Math.random,
): number {
  return Math.round(random() * Math.min(timing.backoffCapMs, timing.backoffBaseMs * 2 ** (attempt - 1)));
}
