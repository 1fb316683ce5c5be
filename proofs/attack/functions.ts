import pg from "pg";
import type { Breach } from "./attack-tables.ts";
import type { BadContext } from "./context-forms.ts";
import type { TwoTenants } from "./two-tenants.ts";

/** Asked before a tenant is known: it turns a firm's address into its id, and knows nothing else. */
const open = new Set(["app.find_tenant(text)"]);

const someArgument: Readonly<Record<string, string>> = {
  uuid: "gen_random_uuid()",
  text: "'attack'",
  integer: "1",
  bigint: "1",
  date: "current_date",
  jsonb: "'{}'",
};

/**
 * Calls every function that runs with its owner's rights, and every sequence, under every bad context: all must refuse.
 * Other functions see what their caller sees.
 */
export async function callEverything(
  { database }: TwoTenants,
  bad: readonly BadContext[],
): Promise<{ readonly functions: number; readonly breaches: readonly Breach[] }> {
  const { rows } = await database.admin.query<{ signature: string; name: string; types: string[] }>(`
    select format('%s.%s(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as signature,
           format('%I.%I', n.nspname, p.proname) as name,
           array(select format_type(type, null) from unnest(p.proargtypes) type) as types
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname in ('public', 'app', 'app_private') and p.prosecdef
       and has_schema_privilege('plumb_app', n.oid, 'usage') and has_function_privilege('plumb_app', p.oid, 'execute')
     union all
    select format('%I.%I', n.nspname, c.relname), 'nextval', array[format('%I.%I', n.nspname, c.relname)]
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and n.nspname !~ '^pg_'`);
  const client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
  const breaches: Breach[] = [];
  try {
    for (const { signature, name, types } of rows.filter((known) => !open.has(known.signature))) {
      const values =
        name === "nextval" ? types.map((sequence) => `'${sequence}'`) : types.map((type) => someArgument[type]);
      if (values.includes(undefined)) {
        breaches.push({
          table: signature,
          statement: "call",
          context: "any",
          what: `no value is known for ${types.join(", ")}`,
        });
        continue;
      }
      for (const { name: context, token } of bad) {
        await client.query("begin");
        if (token !== undefined) await client.query("select set_config('app.ctx', $1, true)", [token]);
        const answered = await client.query(`select ${name}(${values.join(", ")})`).then(
          () => true,
          () => false,
        );
        await client.query("rollback");
        if (answered) breaches.push({ table: signature, statement: "call", context, what: "answered" });
      }
    }
  } finally {
    await client.end();
  }
  return { functions: rows.length, breaches };
}
