import type pg from "pg";

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
 * Puts one row of each tenant into every table that belongs to tenants, tables nobody has written yet included.
 * Checks and triggers are taken off the database first, so that only row-level security is left to refuse anything:
 * for databases that are thrown away.
 */
export async function fillEveryTable(admin: pg.Client, tenants: readonly string[]): Promise<TestColumns> {
  await admin.query(`
    do $$ declare found record; begin
      for found in select conrelid::regclass as relation, conname from pg_constraint
                    where connamespace = 'public'::regnamespace and contype in ('c', 'f') and conparentid = 0 loop
        execute format('alter table %s drop constraint %I', found.relation, found.conname);
      end loop;
      for found in select oid::regclass as relation from pg_class
                    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') loop
        execute format('alter table %s disable trigger user', found.relation);
      end loop;
    end $$`);
  const tables = await columnsByTable(admin);
  for (const tenant of tenants) {
    await admin.query("insert into tenants (id, partner_id, slug, name) values ($1, gen_random_uuid(), $2, 'x')", [
      tenant,
      `t${tenant.slice(-12)}`,
    ]);
    for (const [table, columns] of tables) {
      const isTenant = ({ name }: TestColumn) => name === "tenant_id";
      if (!columns.some(isTenant)) continue;
      const values = columns.map((column) => (isTenant(column) ? `'${tenant}'` : column.value));
      await admin.query(
        `insert into ${table} (${columns.map(({ name }) => name).join(", ")}) values (${values.join(", ")})`,
      );
    }
  }
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
