import pg from "pg";
import type { BadContext } from "./context-forms.ts";
import { type Statement, statementsAgainst } from "./statements.ts";
import { type Target, traceOf, type TwoTenants } from "./two-tenants.ts";

/** Something that was shown or done and must not have been. */
export type Breach = {
  readonly table: string;
  readonly statement: string;
  readonly context: string;
  readonly what: string;
};

export type Attacked = { readonly statements: number; readonly breaches: readonly Breach[] };

type Outcome = { readonly code?: string; readonly rows: number; readonly tenants: readonly string[] };

/** What PostgreSQL says when it does not believe a context, does not allow, or does not do such a thing. */
const refusals = new Set(["PL001", "PL002", "PL003", "PL010", "42704", "22023", "22P02", "42501", "0A000"]);

/**
 * Sends every statement against every target, in a transaction of its own that commits when it can: without a context,
 * under every bad one, and under our own good one.
 *
 * @param every sends one in so many of the statements under bad contexts, turning through all of them
 */
export async function attackTables(
  two: TwoTenants,
  targets: readonly Target[],
  { bad, every }: { readonly bad: readonly BadContext[]; readonly every: number },
): Promise<Attacked> {
  const { database, us } = two;
  const client = new pg.Client({ connectionString: database.appUrl });
  client.on("error", () => undefined);
  await client.connect();
  const breaches: Breach[] = [];
  let statements = 0;
  const attack = async (target: Target, statement: Statement, context: string, token: string | undefined) => {
    statements += 1;
    const outcome = await send(client, statement, token);
    const what =
      context === ownContext ? breachOfOurs(statement, outcome, target.ourId) : breachOfNone(statement, outcome);
    if (what !== undefined) breaches.push({ table: target.name, statement: statement.kind, context, what });
  };
  try {
    const before = await traceOf(database.admin, targets);
    let turn = 0;
    for (const { name, token } of bad) {
      for (const target of targets) {
        for (const statement of statementsAgainst(target, two)) {
          turn += 1;
          if (turn % every === 0) await attack(target, statement, name, token);
        }
      }
    }
    breaches.push(...changes(before, await traceOf(database.admin, targets), "a bad context"));
    const theirs = await traceOf(database.admin, targets, "theirs");
    for (const target of targets) {
      for (const statement of statementsAgainst(target, two)) {
        await attack(target, statement, ownContext, database.pool.sign(us));
      }
    }
    breaches.push(...changes(theirs, await traceOf(database.admin, targets, "theirs"), ownContext));
  } finally {
    await client.end();
  }
  return { statements, breaches };
}

const ownContext = "our own";

async function send(client: pg.Client, { sql, undo }: Statement, token: string | undefined): Promise<Outcome> {
  await client.query("begin");
  try {
    if (token !== undefined) await client.query("select set_config('app.ctx', $1, true)", [token]);
    const answer = (await client.query(sql)) as pg.QueryResult | pg.QueryResult[];
    const last = Array.isArray(answer) ? answer.at(-1) : answer;
    const rows = (last?.rows ?? []) as { tenant?: unknown }[];
    await client.query(undo ? "rollback" : "commit");
    return { rows: last?.rowCount ?? 0, tenants: rows.map(({ tenant }) => String(tenant)) };
  } catch (error) {
    return { code: (error as pg.DatabaseError).code ?? String(error), rows: 0, tenants: [] };
  } finally {
    await client.query("rollback; reset role; deallocate all");
  }
}

function breachOfNone(statement: Statement, { code, rows }: Outcome): string | undefined {
  if (code !== undefined) return refusals.has(code) ? undefined : `failed with ${code}`;
  return statement.rowless === true && rows === 0 ? undefined : `answered with ${rows} rows`;
}

function breachOfOurs({ ours }: Statement, { code, rows, tenants }: Outcome, ourId: string): string | undefined {
  if (ours === "refused" && code !== undefined && refusals.has(code)) return undefined;
  // A policy may ask for more, such as our own name; it does so before any key is looked at.
  if (ours === "one row" && code === "42501") return undefined;
  if (code !== undefined) return `failed with ${code}`;
  if (ours === "own rows" && tenants.every((tenant) => tenant === ourId)) return undefined;
  if (ours === "nothing" && rows === 0) return undefined;
  if (ours === "one row" && rows === 1) return undefined;
  return `answered with ${rows} rows: ${tenants.join(", ")}`;
}

const changes = (before: readonly string[], after: readonly string[], context: string): Breach[] =>
  after
    .filter((trace, index) => trace !== before[index])
    .map((trace) => ({ table: trace.split(" ")[0] ?? "", statement: "any", context, what: "rows were touched" }));
