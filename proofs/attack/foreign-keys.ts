import pg from "pg";
import { newId } from "@plumbline/platform/new-id";
import type { Breach } from "./attack-tables.ts";
import type { Target, TwoTenants } from "./two-tenants.ts";

type ForeignKey = {
  readonly name: string;
  readonly child: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly parentColumns: readonly string[];
};

/**
 * Integrity checks look past row-level security. For every foreign key: what the database says about a row that points
 * at the other tenant's must be, to the letter, what it says about one that points nowhere.
 */
export async function probeForeignKeys(two: TwoTenants): Promise<{
  readonly keys: number;
  readonly breaches: readonly Breach[];
}> {
  const { database, us, targets } = two;
  const keys = await foreignKeys(database.admin);
  const required = await requiredColumns(database.admin, "no default");
  const named = await requiredColumns(database.admin, "any");
  const client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
  const breaches: Breach[] = [];
  let probed = 0;
  try {
    for (const key of keys) {
      const child = targets.find(({ name }) => name === key.child);
      const parent = targets.find(({ name }) => name === key.parent);
      if (!child?.columns.some(({ insertable }) => insertable) || parent === undefined) continue;
      probed += 1;
      const said = async (row: Target["theirRow"]) => {
        const others = keys.filter(({ child, name }) => child === key.child && name !== key.name);
        const values = valuesOf(child, { required, named }, { key, row, others, targets });
        const names = Object.keys(values);
        const sql = `insert into ${child.name} (${names.join(", ")}) values (${Object.values(values).join(", ")})`;
        const answer = await refusalOf(client, sql, database.pool.sign(us));
        return answer.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\b30321\b/g, "…");
      };
      const [theirs, nothing] = [await said(parent.theirRow), await said(nowhere(parent))];
      const breach = { table: key.child, statement: `foreign key ${key.name}`, context: "our own" };
      if (theirs !== nothing) breaches.push({ ...breach, what: `“${theirs}” of theirs, “${nothing}” of nothing` });
      // A policy that wants our own name there speaks before the key does, and so may a key that names the same thing.
      else if (
        ![key, ...sameThing(key, keys)].some(({ name }) => nothing.startsWith(`23503 ${name} `)) &&
        !nothing.startsWith("42501")
      )
        breaches.push({ ...breach, what: `was not reached: ${nothing}` });
    }
  } finally {
    await client.end();
  }
  return { keys: probed, breaches };
}

/** Keys of the table that name what a key does, in a column that both have: another version of one entry. */
const sameThing = (key: ForeignKey, keys: readonly ForeignKey[]): readonly ForeignKey[] =>
  keys.filter(
    ({ child, parent, columns }) =>
      child === key.child &&
      parent === key.parent &&
      columns.some((column) => column !== "tenant_id" && key.columns.includes(column)),
  );

/** The other's row, with another value in every column that can name one; of numbers, one that the smallest type holds. */
const nowhere = ({ theirRow }: Target): Target["theirRow"] =>
  Object.fromEntries(
    Object.entries(theirRow).map(([name, value]) => [name, value.length === 38 ? `'${newId()}'` : "'30321'"]),
  );

/** A row of ours that is right in everything but where the one key points. */
function valuesOf(
  child: Target,
  { required, named }: { readonly required: ReadonlySet<string>; readonly named: ReadonlySet<string> },
  {
    key,
    row,
    others,
    targets,
  }: { key: ForeignKey; row: Target["theirRow"]; others: readonly ForeignKey[]; targets: readonly Target[] },
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { name, value } of child.columns) {
    if (required.has(`${child.name}.${name}`) && name !== "tenant_id") values[name] = value;
  }
  // What else the key has is enough to point with: a column that names another thing as well would be refused for that.
  const shared = key.columns.filter((column) =>
    others.some(({ parent, columns }) => parent !== key.parent && column !== "tenant_id" && columns.includes(column)),
  );
  const stays = shared.length < key.columns.length - 1 ? shared : [];
  const point = ({ columns, parentColumns }: ForeignKey, at: Target["theirRow"], all: boolean) => {
    for (const [index, column] of columns.entries()) {
      if (column === "tenant_id" || !(all || named.has(`${child.name}.${column}`))) continue;
      if (all && stays.includes(column) && values[column] !== undefined) continue;
      values[column] = at[parentColumns[index] as string] ?? "null";
    }
  };
  for (const other of others) point(other, targets.find(({ name }) => name === other.parent)?.ourRow ?? {}, false);
  point(key, row, true);
  return values;
}

async function refusalOf(client: pg.Client, sql: string, token: string): Promise<string> {
  await client.query("begin");
  try {
    await client.query("select set_config('app.ctx', $1, true)", [token]);
    await client.query(sql);
    return "allowed";
  } catch (error) {
    const { code, constraint, message, detail } = error as pg.DatabaseError;
    return `${code} ${constraint} ${message} ${detail}`;
  } finally {
    await client.query("rollback");
  }
}

/** Those between tenants' tables; the one to the tenant itself names our own and nothing else. */
async function foreignKeys(admin: pg.Client): Promise<ForeignKey[]> {
  const { rows } = await admin.query<ForeignKey>(`
    select k.conname as name, format('%I.%I', cn.nspname, c.relname) as child, format('%I.%I', pn.nspname, p.relname) as parent,
           array(select attname::text from unnest(k.conkey) with ordinality u (n, at)
                   join pg_attribute on attrelid = k.conrelid and attnum = n order by at) as columns,
           array(select attname::text from unnest(k.confkey) with ordinality u (n, at)
                   join pg_attribute on attrelid = k.confrelid and attnum = n order by at) as "parentColumns"
      from pg_constraint k
      join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace
      join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
     where k.contype = 'f' and k.conparentid = 0 and k.confrelid <> 'public.tenants'::regclass
       and exists (select from pg_attribute where attrelid = k.conrelid and attname = 'tenant_id')
     order by k.conrelid, k.conname`);
  return rows;
}

/** Columns that hold something in every row. A default may name what is not there: an actor without a membership. */
async function requiredColumns(admin: pg.Client, which: "no default" | "any"): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query<{ name: string }>(
    `
    select format('%I.%I.%I', n.nspname, c.relname, a.attname) as name
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = 'public' and a.attnum > 0 and a.attnotnull and ($1 or not a.atthasdef)`,
    [which === "any"],
  );
  return new Set(rows.map(({ name }) => name));
}
