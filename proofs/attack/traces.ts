import { createHash } from "node:crypto";
import type { TestDatabase } from "@plumbline/testing/database";

/** Which rows some tenants have, and which transaction wrote each: whatever touches one changes this. */
export async function traceOfTenants(admin: TestDatabase["admin"], tenantIds: readonly string[]): Promise<string> {
  const { rows: tables } = await admin.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`);
  const hash = createHash("sha256");
  for (const { name } of tables) {
    const { rows } = await admin.query<{ trace: string | null }>(
      `select string_agg(concat(t.*, t.xmin), ',' order by t.*::text) as trace from ${name} t where tenant_id = any($1)`,
      [tenantIds],
    );
    hash.update(`${name} ${rows[0]?.trace}\n`);
  }
  return hash.digest("hex");
}
