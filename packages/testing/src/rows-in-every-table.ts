import type pg from "pg";
import type { Context } from "@plumbline/platform/tenancy";

export type TestColumn = {
  readonly name: string;
  readonly insertable: boolean;
  readonly updatable: boolean;
  /** SQL for some value of its type. */
  readonly value: string;
};

/** By `schema.table`: what plumb_app may write, and a value for every column. */
export type TestColumns = ReadonlyMap<string, readonly TestColumn[]>;

/**
 * Puts one row of each tenant, written by its actor, into every table that belongs to tenants, tables nobody has written yet included.
 * Checks and triggers are taken off the database first, so that only row-level security is left to refuse anything:
 * for databases that are thrown away.
 *
 * @param options.keep "foreign keys" leaves them on; the rows put here point nowhere all the same
 */
export async function fillEveryTable(
  admin: pg.Client,
  contexts: readonly Context[],
  options: { readonly keep?: "foreign keys" } = {},
): Promise<TestColumns> {
  await admin.query(`
    do $$ declare found record; begin
      for found in select conrelid::regclass as relation, conname from pg_constraint
                    where connamespace = 'public'::regnamespace and conparentid = 0
                      and contype in ('c'${options.keep === undefined ? ", 'f'" : ""}) loop
        execute format('alter table %s drop constraint %I', found.relation, found.conname);
      end loop;
      for found in select oid::regclass as relation from pg_class
                    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') loop
        execute format('alter table %s disable trigger user', found.relation);
      end loop;
    end $$`);
  const tables = await columnsByTable(admin);
  await admin.query("set session_replication_role = replica");
  for (const { tenantId: tenant, actorId } of contexts) {
    const owner: Readonly<Record<string, string>> = { tenant_id: `'${tenant}'`, actor_id: `'${actorId}'` };
    await admin.query(
      `with partner as (insert into partners (id, slug, name) values (gen_random_uuid(), $2, 'x') returning id)
       insert into tenants (id, partner_id, slug, name, organization) select $1, id, $2, 'x', $3 from partner`,
      [tenant, `t${tenant.slice(-12)}`, `org_${tenant.slice(-12)}`],
    );
    for (const [table, columns] of tables) {
      if (!columns.some(({ name }) => name === "tenant_id")) continue;
      // Names differ, so that no key of one stands in the way of the other's.
      const values = columns.map(
        ({ name, value }) => owner[name] ?? (value === samples["text"] ? `'${tenant}'` : value),
      );
      await admin.query(
        `insert into ${table} (${columns.map(({ name }) => name).join(", ")}) values (${values.join(", ")})`,
      );
    }
  }
  await admin.query("reset session_replication_role");
  return tables;
}

async function columnsByTable(admin: pg.Client): Promise<TestColumns> {
  const { rows } = await admin.query<TestColumn & { relation: string; type: string }>(`
    select format('%I.%I', n.nspname, c.relname) as relation, quote_ident(a.attname) as name,
           format_type(a.atttypid, a.atttypmod) as type,
           has_column_privilege('plumb_app', c.oid, a.attnum, 'insert') as insertable,
           has_column_privilege('plumb_app', c.oid, a.attnum, 'update') as updatable
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1, a.attnum`);
  return Map.groupBy(
    rows.map((row) => ({ ...row, value: someValue(row.type) })),
    ({ relation }) => relation,
  );
}

const samples: Readonly<Record<string, string>> = {
  uuid: "gen_random_uuid()",
  text: "'x'",
  jsonb: "'{}'",
  boolean: "true",
  date: "current_date",
  "timestamp with time zone": "now()",
  bytea: "'x'",
};

const someValue = (type: string) => (type.endsWith("[]") ? "'{}'" : (samples[type] ?? "1"));
