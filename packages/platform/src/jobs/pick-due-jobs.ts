import type { RelayPool } from "../relay-pool.ts";
import type { DueHint } from "./hint.ts";

/** Jobs to hint at, and whether the lane holds as many unanswered hints as it may. */
export type DuePick = { readonly hints: readonly DueHint[]; readonly full: boolean };

/**
 * Picks the jobs of one lane that a worker could claim now, and marks them as hinted at.
 *
 * The same query is the sweep: a hint that nobody followed for `patienceMs`, and a run whose lease expired, are due
 * again, so a hint that was lost with Redis or with a killed relay costs time and never a job. At most `hintsMax` hints
 * of a lane are unanswered at once: the rest waits in PostgreSQL, where the next pick is fair. Tenants take turns, and
 * among equal turns the one that has waited longest comes first.
 *
 * A job waits while an earlier one of the same name and subject is unfinished.
 */
export async function pickDueJobs(
  relay: RelayPool,
  input: { readonly lane: string; readonly hintsMax: number; readonly patienceMs: number },
): Promise<DuePick> {
  const { lane, hintsMax, patienceMs } = input;
  const [before] = await relay.query<{ hints: number }>(unanswered, [lane, patienceMs]);
  const room = hintsMax - (before?.hints ?? 0);
  // Half a lane at a time: picking costs the same for one job as for a hundred.
  if (room < hintsMax / 2) return { hints: [], full: true };
  const hints = await relay.query<DueHint>(pick, [lane, patienceMs, room, proposalsMin]);
  return { hints, full: hints.length >= room };
}

/** A tenant may propose this many even when many others are open: most of those may have nothing due. */
const proposalsMin = 20;

const unanswered = `
  select count(*)::int as hints from jobs
   where lane = $1 and state = 'queued' and hinted_at >= now() - $2::float8 * interval '1 millisecond'`;

/**
 * The predecessor is looked up by a scalar sub-select on purpose: `not exists` becomes an anti join, and the statistics
 * of a queue (empty a moment ago) then let the planner compare every waiting job with every other.
 */
const pick = `
  with recursive busy (tenant_id) as (
    (select tenant_id from jobs where lane = $1 and state in ('queued', 'running') order by tenant_id, due_at limit 1)
    union all
    select (select j.tenant_id from jobs j
             where j.lane = $1 and j.state in ('queued', 'running') and j.tenant_id > busy.tenant_id
             order by j.tenant_id, j.due_at limit 1)
      from busy where busy.tenant_id is not null
  ),
  share as (select least($3::int, greatest($4::int, $3::int / greatest(1, count(tenant_id))))::int as hints from busy),
  claimable as materialized (
    select j.*, row_number() over (partition by j.tenant_id order by j.due_at, j.sequence) as turn
      from busy cross join share cross join lateral (
        select tenant_id, event_id, name, state, hinted_at, due_at, sequence from jobs c
         where c.tenant_id = busy.tenant_id and c.lane = $1
           and ((c.state = 'queued' and c.due_at <= now()) or (c.state = 'running' and c.lease_until < now()))
           and (c.hinted_at is null or c.hinted_at < now() - $2::float8 * interval '1 millisecond')
           and (select p.sequence from jobs p
                 where p.tenant_id = c.tenant_id and p.subject_id = c.subject_id and p.name = c.name
                   and p.state in ('queued', 'running') and p.sequence < c.sequence limit 1) is null
         order by c.due_at, c.sequence limit share.hints) j
     where busy.tenant_id is not null
  ),
  chosen as materialized (select * from claimable order by turn, due_at limit $3),
  locked as materialized (
    select j.tenant_id, j.event_id, j.name from chosen c
      join jobs j on j.tenant_id = c.tenant_id and j.event_id = c.event_id and j.name = c.name
     where j.state = c.state and j.hinted_at is not distinct from c.hinted_at
       for update of j skip locked
  )
  update jobs j set hinted_at = now() from locked l
   where j.tenant_id = l.tenant_id and j.event_id = l.event_id and j.name = l.name
  returning j.tenant_id as "tenantId", j.event_id as "eventId", j.name as job, j.attempts`;
