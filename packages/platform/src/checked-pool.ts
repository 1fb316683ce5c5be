import { advice } from "./advice.ts";
import { refuseStrongRole } from "./database-roles.ts";
import { type ContextKey, openTenantPool, type TenantPool } from "./tenancy.ts";

/** Opens the runtime's connections, and closes them again when their role could walk through the wall. For start-up. */
export async function openCheckedPool(
  appUrl: string,
  key: ContextKey,
  options: { readonly connectionsMax: number },
): Promise<TenantPool> {
  const pool = openTenantPool(appUrl, key, options);
  try {
    await refuseStrongRole(async (sql) => {
      const { rows } = await pool.knex.raw<{ rows: Record<string, unknown>[] }>(sql);
      return rows;
    });
    return pool;
  } catch (error) {
    await pool.knex.destroy();
    throw advice((error as Error).message, error);
  }
}
