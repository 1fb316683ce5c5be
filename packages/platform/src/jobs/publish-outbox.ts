import type { RelayPool } from "../relay-pool.ts";

/** One line of the subscription table: this event means this job, in this lane. */
export type EventRoute = { readonly event: string; readonly job: string; readonly lane: string };

/**
 * Turns committed events into jobs, once each, in one statement that is its own transaction.
 *
 * - Claims by `published_at is null` and never by a cursor: ids and commits do not come in the same order.
 * - Every tenant with unpublished events gets an equal share of the batch, so a flood of one delays no other.
 * - Publishes events of one subject in their sequence. Sequences have no holes (a number is taken by the commit that
 *   uses it), so an unbroken run whose predecessor is out is ready; the rest waits for the relay that holds the start.
 *   Within a tenant the lowest sequences come first: a successor can then never fill a share ahead of its predecessor.
 *
 * Relays may run side by side: each skips what another has locked.
 *
 * @param eventsMax of the batch, or one per tenant when there are more tenants than that
 * @returns how many events left the outbox, whether or not anybody subscribes to them
 */
export async function publishOutbox(
  relay: RelayPool,
  input: { readonly routes: readonly EventRoute[]; readonly eventsMax: number },
): Promise<number> {
  const { routes, eventsMax } = input;
  const rows = await relay.query(publish, [
    eventsMax,
    routes.map((route) => route.event),
    routes.map((route) => route.job),
    routes.map((route) => route.lane),
  ]);
  return rows.length;
}

/**
 * Written so that statistics, which are always out of date for a queue, cannot spoil the plan: `busy` orders like the
 * index of unpublished events, or the primary key with everything ever published would do as well; the predecessor is a
 * scalar sub-select, which stays one probe of a unique key.
 */
const publish = `
  with recursive busy (tenant_id) as (
    (select tenant_id from outbox where published_at is null order by tenant_id, sequence limit 1)
    union all
    select (select o.tenant_id from outbox o
             where o.published_at is null and o.tenant_id > busy.tenant_id order by o.tenant_id, o.sequence limit 1)
      from busy where busy.tenant_id is not null
  ),
  share as (select greatest(1, $1::int / greatest(1, count(tenant_id)))::int as events from busy),
  claimed as materialized (
    select o.* from busy cross join share cross join lateral (
      select tenant_id, id, name, subject_id, sequence from outbox
       where tenant_id = busy.tenant_id and published_at is null
       order by sequence, occurred_at limit share.events
         for update skip locked) o
     where busy.tenant_id is not null
  ),
  numbered as (
    select c.*, c.sequence - row_number() over (partition by tenant_id, subject_id order by sequence) as run
      from claimed c
  ),
  runs as (select n.*, min(sequence) over (partition by tenant_id, subject_id, run) as starts_at from numbered n),
  ready as (
    select r.* from runs r
     where (select p.published_at is null from outbox p
             where p.tenant_id = r.tenant_id and p.subject_id = r.subject_id
               and p.sequence = r.starts_at - 1) is not true
  ),
  expanded as (
    insert into jobs (tenant_id, event_id, name, lane, subject_id, sequence)
    select r.tenant_id, r.id, t.job, t.lane, r.subject_id, r.sequence
      from ready r join unnest($2::text[], $3::text[], $4::text[]) t (event, job, lane) on t.event = r.name
    on conflict (tenant_id, event_id, name) do nothing
  )
  update outbox o set published_at = clock_timestamp() from ready r where o.tenant_id = r.tenant_id and o.id = r.id
  returning 1`;
