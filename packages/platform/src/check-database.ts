import type { TenantPool } from "./tenancy.ts";

const timeoutMs = 2_000;

/** Asks the database for an answer as the runtime role. @throws when it gives none in time */
export async function checkDatabase(pool: TenantPool): Promise<void> {
  await pool.knex.raw("select 1").timeout(timeoutMs, { cancel: false });
}
