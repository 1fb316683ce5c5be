import { query } from "../sql.ts";
import type { TenantTx } from "../tenancy.ts";
import type { Claim } from "./claim-job.ts";

/** How a run ended. `failed` is final; `released` gives the job back untried: the worker stops, or others go first. */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly because: string }
  | { readonly kind: "retry"; readonly because: string; readonly delayMs: number }
  | { readonly kind: "released"; readonly delayMs: number };

/** Stored for the tenant's eyes only; a stack or a page of HTML from a vendor would only be in the way. */
const failureCharactersMax = 500;

/**
 * Writes down how a run ended, if the claim is still ours.
 *
 * @returns false for a late reply: the lease expired, another run has taken over, and its outcome counts
 */
export async function recordOutcome(
  tx: TenantTx,
  claim: Pick<Claim, "eventId" | "job" | "generation">,
  outcome: Outcome,
): Promise<boolean> {
  const ours = [claim.eventId, claim.job, claim.generation];
  const rows =
    outcome.kind === "done" || outcome.kind === "failed"
      ? await query(
          tx,
          `update jobs set state = ?, failure = ?, finished_at = now(), lease_until = null where ${stillOurs}`,
          [outcome.kind, outcome.kind === "failed" ? shorten(outcome.because) : null, ...ours],
        )
      : await query(
          tx,
          `update jobs
              set state = 'queued', failure = ?, lease_until = null, hinted_at = null, attempts = attempts - ?,
                  due_at = now() + ?::float8 * interval '1 millisecond'
            where ${stillOurs}`,
          outcome.kind === "retry"
            ? [shorten(outcome.because), 0, outcome.delayMs, ...ours]
            : [null, 1, outcome.delayMs, ...ours],
        );
  return rows.length > 0;
}

const stillOurs = "event_id = ?::uuid and name = ? and generation = ? and state = 'running' returning 1";

const shorten = (text: string) => text.slice(0, failureCharactersMax).replaceAll("\u0000", "\uFFFD");
