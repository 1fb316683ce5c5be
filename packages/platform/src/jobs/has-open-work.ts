import type { RelayPool } from "../relay-pool.ts";

/** Whether an event waits to be published, or a job is queued (also for a later retry) or running. */
export async function hasOpenWork(relay: RelayPool): Promise<boolean> {
  // One statement, so one snapshot: work that moves from outbox to job to done is never missed in between.
  // Ordered like the indexes of what is open: without an order, reading everything that is done looks as good.
  const [row] = await relay.query<{ open: boolean }>(`
    select (select true from outbox where published_at is null order by tenant_id, sequence limit 1) is not null
        or (select true from jobs where state in ('queued', 'running') order by tenant_id, subject_id limit 1) is not null
           as open`);
  return row?.open ?? false;
}
