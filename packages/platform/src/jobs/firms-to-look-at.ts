import type { RelayPool } from "../relay-pool.ts";

/** Firms that have a clock whose time has come, by the time of the database; the one that waits longest first. */
export async function firmsToLookAt(relay: RelayPool): Promise<string[]> {
  const rows = await relay.query<{ id: string }>(
    "select tenant_id as id from clocks where next_at <= now() group by tenant_id order by min(next_at), tenant_id",
  );
  return rows.map(({ id }) => id);
}
