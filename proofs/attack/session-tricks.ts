import pg from "pg";
import type { BadContext } from "./context-forms.ts";
import type { Breach } from "./attack-tables.ts";
import type { Target, TwoTenants } from "./two-tenants.ts";

type Trick = {
  readonly name: string;
  /** Sent one after another in a transaction that begins in our good context; what fails is passed over. */
  readonly steps: readonly string[];
  /** What every table must say afterwards: our own rows, or an error. */
  readonly expect: "ours" | "error";
};

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const setContext = (token: string, how: "local" | "session" = "local") =>
  `select set_config('app.ctx', ${quoted(token)}, ${how === "local"})`;

/** What SQL that got into one of our transactions can try with the session. */
function tricksOf(bad: readonly BadContext[]): Trick[] {
  const tokens = bad.flatMap(({ name, token }) => (token === undefined ? [] : [{ name, token }]));
  const forged = tokens.find(({ name }) => name === "the other tenant")?.token ?? "";
  const ours = (name: string, ...steps: string[]): Trick => ({ name, steps, expect: "ours" });
  const error = (name: string, ...steps: string[]): Trick => ({ name, steps, expect: "error" });
  return [
    ...tokens.flatMap(({ name, token }) => [
      error(`set_config: ${name}`, setContext(token)),
      error(`set local: ${name}`, `set local app.ctx = ${quoted(token)}`),
      error(`for the session: ${name}`, setContext(token, "session")),
      ours(`rolled back to a savepoint: ${name}`, "savepoint a", setContext(token), "rollback to a"),
      error(`kept from a savepoint: ${name}`, "savepoint a", setContext(token), "release a"),
    ]),
    ours("the inner of two savepoints", "savepoint a", "savepoint b", setContext(forged), "release b", "rollback to a"),
    error(
      "the outer of two savepoints",
      setContext(forged),
      "savepoint a",
      "savepoint b",
      "rollback to b",
      "rollback to a",
    ),
    ours(
      "an exception swallowed",
      `do $$ begin perform set_config('app.ctx', ${quoted(forged)}, true); raise 'x'; exception when others then end $$`,
    ),
    error("a block that keeps it", `do $$ begin perform set_config('app.ctx', ${quoted(forged)}, true); end $$`),
    error("reset", "reset app.ctx"),
    error("reset all", "reset all"),
    error("set to default", "set app.ctx to default"),
    error("commit", "commit"),
    error("rollback", "rollback"),
    error("commit and chain", "commit and chain"),
    error("rollback and chain", "rollback and chain"),
    error("an error, and on", "select 1 / 0"),
    error("an error, rolled back", "select 1 / 0", "rollback"),
    error("a transaction prepared", "prepare transaction 'attack'"),
    error("row_security off", "set local row_security = off"),
    ...[
      "set role plumb_owner",
      "set role plumb_migrator",
      "set role plumb_relay",
      "set role postgres",
      "set session authorization plumb_owner",
      "set session_replication_role = replica",
      "reset role",
      "set local search_path = pg_temp, app_private, app, public",
      "set local search_path = ''",
      "set local plan_cache_mode = force_generic_plan",
      "set local transform_null_equals = on",
      "create temporary table invoices (tenant_id uuid)",
      "create function pg_temp.tenant() returns uuid language sql return null",
      "create schema attack",
      "create function public.tenant() returns uuid language sql return null",
      "create operator public.= (leftarg = uuid, rightarg = uuid, function = uuid_ne)",
      "create or replace function app.tenant() returns uuid language sql return null",
      "alter function app.tenant() security invoker",
      "alter role plumb_app set row_security = on",
      "alter role plumb_app bypassrls",
      "alter database postgres set app.ctx = 'x'",
      "alter role plumb_app set app.ctx = 'x'",
      "alter system set app.ctx = 'x'",
      "load 'auto_explain'",
      "update app_private.context_keys set key = '\\x00'",
      "insert into app_private.context_keys values (0, '')",
      "lock table app_private.context_keys",
      "select pg_advisory_xact_lock(1)",
      "listen attack",
    ].map((sql) => ours(sql, "savepoint a", sql, "rollback to a")),
    ...[
      "set local search_path = pg_temp, app_private, app, public",
      "set local search_path = ''",
      "set local plan_cache_mode = force_generic_plan",
      "set local transform_null_equals = on",
    ].map((sql) => ours(`${sql}, kept`, sql)),
  ];
}

/**
 * Plays every trick and asks the tables afterwards.
 *
 * @param every asks one in so many tables after each trick, turning through all of them
 */
export async function playTricks(
  { database, us }: TwoTenants,
  targets: readonly Target[],
  { bad, every }: { readonly bad: readonly BadContext[]; readonly every: number },
): Promise<{ readonly tricks: number; readonly breaches: readonly Breach[] }> {
  const breaches: Breach[] = [];
  const tricks = tricksOf(bad);
  for (const [turn, trick] of tricks.entries()) {
    const client = new pg.Client({ connectionString: database.appUrl });
    await client.connect();
    await client.query("begin");
    await client.query("select set_config('app.ctx', $1, true)", [database.pool.sign(us)]);
    for (const step of trick.steps) await client.query(step).catch(() => undefined);
    for (const target of targets.filter((_, index) => (index + turn) % every === 0)) {
      const what = await probe(client, target, trick.expect);
      if (what !== undefined) breaches.push({ table: target.name, statement: "select", context: trick.name, what });
    }
    await client.end();
  }
  return { tricks: tricks.length, breaches };
}

async function probe(client: pg.Client, { name, tenantColumn, ourId }: Target, expect: Trick["expect"]) {
  await client.query("savepoint probe").catch(() => undefined);
  try {
    const { rows } = await client.query<{ tenant: string }>(`select ${tenantColumn} as tenant from ${name}`);
    if (expect === "error") return `answered with ${rows.length} rows`;
    const strange = rows.filter(({ tenant }) => tenant !== ourId);
    return strange.length > 0 ? `shows ${strange.length} rows of others` : undefined;
  } catch (error) {
    await client.query("rollback to probe").catch(() => undefined);
    return expect === "error" ? undefined : `failed: ${(error as Error).message}`;
  }
}
