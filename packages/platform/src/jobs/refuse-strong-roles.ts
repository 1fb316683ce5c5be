import { refuseStrongRole } from "../database-roles.ts";
import type { RelayPool } from "../relay-pool.ts";
import type { TenantPool } from "../tenancy.ts";

/** @throws Error naming the role that is stronger than a worker may be, and what it can do that it must not */
export async function refuseStrongRoles(pool: TenantPool, relay: RelayPool): Promise<void> {
  await refuseStrongRole(async (sql) => {
    const { rows } = await pool.knex.raw<{ rows: Record<string, unknown>[] }>(sql);
    return rows;
  });
  await refuseStrongRole((sql) => relay.query(sql));
}
