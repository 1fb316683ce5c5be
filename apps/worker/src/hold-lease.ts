import { type Claim, renewLease } from "@plumbline/platform/jobs/claim-job";
import type { InScope } from "@plumbline/platform/scope";

export type Lease = {
  /** Aborted once the claim is no longer ours, or `until` is. */
  readonly signal: AbortSignal;
  readonly release: () => void;
};

/** Renewals per lease: one may be late or fail without losing the claim. */
const renewalsPerLease = 3;

/**
 * Keeps a claim while its job runs. When PostgreSQL cannot be reached for a whole lease, or says that somebody else has
 * taken over, the job is told to stop: its outcome will not count.
 */
export function holdLease(
  inScope: InScope,
  claim: Claim,
  options: { readonly leaseMs: number; readonly until: AbortSignal },
): Lease {
  const { leaseMs, until } = options;
  const lost = new AbortController();
  let held = performance.now() + leaseMs;
  const renew = async () => {
    const asked = performance.now();
    const ours = await inScope((scope) => renewLease(scope.tx, claim, leaseMs)).catch(() => asked < held);
    if (ours) held = Math.max(held, asked + leaseMs);
    else lost.abort(new Error("another run has taken over"));
  };
  const timer = setInterval(() => void renew(), leaseMs / renewalsPerLease);
  timer.unref();
  return { signal: AbortSignal.any([lost.signal, until]), release: () => clearInterval(timer) };
}
