import type { TenantTx } from "../tenancy.ts";
import { query } from "../sql.ts";

/** A job that is ours to run until its lease ends. */
export type Claim = {
  readonly eventId: string;
  readonly job: string;
  /** Counts claims; only the newest may record an outcome. */
  readonly generation: number;
  /** Counts runs, this one included. */
  readonly attempt: number;
  readonly subjectId: string;
  readonly event: string;
  /** As it was emitted: not checked against any shape yet. */
  readonly data: unknown;
};

/**
 * Takes a job, when it is queued and due, or running with an expired lease, and first in line of its subject.
 *
 * @returns undefined when there is nothing to do: a hint may come late, twice, or for a job that another worker runs
 */
export async function claimJob(
  tx: TenantTx,
  input: { readonly eventId: string; readonly job: string; readonly leaseMs: number },
): Promise<Claim | undefined> {
  const [claim] = await query<Claim>(
    tx,
    `with hinted as materialized (
       -- By the primary key and nothing else, so that no partial index tempts the planner into reading the whole queue.
       select * from jobs where event_id = ?::uuid and name = ? for update
     )
     update jobs j
        set state = 'running', generation = j.generation + 1, attempts = j.attempts + 1,
            lease_until = now() + ?::float8 * interval '1 millisecond'
       from hinted h, outbox e
      where j.event_id = h.event_id and j.name = h.name and e.id = h.event_id
        and ((h.state = 'queued' and h.due_at <= now()) or (h.state = 'running' and h.lease_until < now()))
        and (select p.sequence from jobs p
              where p.subject_id = h.subject_id and p.name = h.name
                and p.state in ('queued', 'running') and p.sequence < h.sequence limit 1) is null
     returning j.event_id as "eventId", j.name as job, j.generation, j.attempts as attempt,
               j.subject_id as "subjectId", e.name as event, e.data`,
    [input.eventId, input.job, input.leaseMs],
  );
  return claim;
}

/** Keeps a claim for another `leaseMs`. @returns false when it is not ours any more */
export async function renewLease(
  tx: TenantTx,
  claim: Pick<Claim, "eventId" | "job" | "generation">,
  leaseMs: number,
): Promise<boolean> {
  const rows = await query(
    tx,
    `update jobs set lease_until = now() + ?::float8 * interval '1 millisecond'
      where event_id = ?::uuid and name = ? and generation = ? and state = 'running' returning 1`,
    [leaseMs, claim.eventId, claim.job, claim.generation],
  );
  return rows.length > 0;
}
