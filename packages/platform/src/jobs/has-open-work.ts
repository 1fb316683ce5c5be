import type { RelayPool } from "../relay-pool.ts";

/** Whether an event waits to be published, or a job is queued (also for a later retry) or running. */
export async function hasOpenWork(relay: RelayPool): Promise<boolean> {
  // One statement, so one snapshot: work that moves from outbox to job to done is never missed in between.
  const [row] = await relay.query<{ open: boolean }>(`
    select exists (select from outbox where published_at is null)
        or exists (select from jobs where state in ('queued', 'running')) as open`);
  return row?.open ?? false;
}
