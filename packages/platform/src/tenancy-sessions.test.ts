import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { newId } from "./new-id.ts";
import { type Context, inTenant, openTenantPool, type TenantPool } from "./tenancy.ts";

const database = useTestDatabase();
let ours: Context;
let theirs: Context;
let foreignClient: string;

beforeAll(async () => {
  const contexts: Context[] = [];
  for (let firm = 0; firm < 2; firm += 1) {
    const { tenantId, as } = await newFirm(database.current.pool);
    const inScope = await as("admin");
    await inScope(({ tx }) => tx("clients").insert({ id: newId(), name: "Client" }));
    contexts.push({ tenantId, actorId: inScope.actor.id });
  }
  [ours, theirs] = contexts as [Context, Context];
  foreignClient = await inTenant(database.current.pool, theirs, async (tx) => (await tx("clients").first("id")).id);
});

/** One connection only, so that whatever it keeps is met by the next who uses it. */
async function onOneConnection(work: (pool: TenantPool) => Promise<void>): Promise<void> {
  const pool = openTenantPool(database.current.appUrl, database.current.contextKey, { connectionsMax: 1 });
  try {
    await work(pool);
  } finally {
    await pool.knex.destroy();
  }
}

const noContext = "tenant context missing";

it.each([
  ["commit", () => Promise.resolve()],
  ["an error in the code", () => Promise.reject(new Error("planted"))],
] as const)("carries no tenant over after %s", (_name, end) =>
  onOneConnection(async (pool) => {
    await inTenant(pool, ours, async (tx) => {
      expect(await tx("clients")).toHaveLength(1);
      await end();
    }).catch(() => undefined);
    await expect(pool.knex("clients")).rejects.toThrow(noContext);
  }),
);

it.each([
  ["an error in SQL", "select 1 / 0"],
  ["a rollback", "rollback"],
  ["a commit from inside", "commit"],
  ["a timeout", "set local statement_timeout = 10; select pg_sleep(1)"],
])("carries no tenant over after %s", (_name, sql) =>
  onOneConnection(async (pool) => {
    await inTenant(pool, ours, (tx) => tx.raw(sql)).catch(() => undefined);
    await expect(pool.knex("clients")).rejects.toThrow(noContext);
  }),
);

it.each([
  ["the other tenant's id", () => theirs.tenantId],
  ["our context with the other tenant in it", (token: string) => token.replace(ours.tenantId, theirs.tenantId)],
  ["nothing", () => ""],
])("cannot be switched by injected SQL to %s", async (_name, forge) => {
  const { pool } = database.current;
  const attempt = inTenant(pool, ours, (tx) =>
    tx.raw(`select set_config('app.ctx', '${forge(pool.sign(ours))}', true); select * from clients`),
  );
  await expect(attempt).rejects.toThrow(/tenant context (missing|forged)/);
});

it("cannot be switched by a context that injected SQL leaves on the session", () =>
  onOneConnection(async (pool) => {
    await inTenant(pool, theirs, (tx) => tx.raw("select set_config('app.ctx', current_setting('app.ctx'), false)"));
    const seen = await inTenant(pool, ours, (tx) => tx("clients").select("tenant_id"));
    expect(seen).toEqual([{ tenant_id: ours.tenantId }]);
  }));

it("answers a foreign id as it answers a random one", async () => {
  const { pool } = database.current;
  const answers = await Promise.all(
    [foreignClient, newId()].map(async (id) => {
      const refused = await inTenant(pool, ours, (tx) =>
        tx("delivery_profiles").insert({ id: newId(), client_id: id, name: "x", grouping: "client", language: "en" }),
      ).catch((error: Error) => JSON.stringify({ ...error, message: error.message }));
      const found = await inTenant(pool, ours, (tx) => tx("clients").where({ id }));
      const changed = await inTenant(pool, ours, (tx) => tx("clients").where({ id }).update({ name: "x" }));
      return `${String(refused)} ${JSON.stringify(found)} ${changed}`
        .replaceAll(id, "<id>")
        .replaceAll(/"line":"\d+"/g, "");
    }),
  );
  expect(answers[0]).toContain("violates foreign key constraint");
  // The failing row is told in full by PostgreSQL; only its own new id differs.
  const [foreign, random] = answers.map((answer) => answer.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "<some id>"));
  expect(foreign).toBe(random);
});

it("never shows a context among the statements that others of the role can read", async () => {
  const { pool, admin } = database.current;
  await inTenant(pool, ours, async (tx) => {
    await tx.raw("select 1");
    const { rows } = await admin.query<{ query: string }>("select query from pg_stat_activity where query <> ''");
    expect(rows.filter(({ query }) => query.includes(ours.tenantId))).toEqual([]);
  });
  // Also while that very statement runs.
  const slow = pool.knex.raw("select set_config('app.ctx', ?, false), pg_sleep(0.3)", [pool.sign(ours)]);
  const running = slow.then(() => undefined);
  await sleep(100);
  const { rows } = await admin.query<{ query: string }>(
    "select query from pg_stat_activity where query like 'select set_config%pg_sleep%'",
  );
  expect(rows.map(({ query }) => query)).toEqual(["select set_config('app.ctx', $1, false), pg_sleep(0.3)"]);
  await running;
});

const requests = 2_000;
const tenantCount = 20;
const connectionsMax = 4;

it("shows no foreign row in 2,000 requests over a pool of four, with aborts and timeouts at random", async () => {
  const { pool: wide, appUrl, contextKey, admin } = database.current;
  const firms = await Promise.all(Array.from({ length: tenantCount }, () => newFirm(wide)));
  const contexts = firms.map(({ tenantId }): Context => ({ tenantId, actorId: newId<"actor">() }));
  const pool = openTenantPool(appUrl, contextKey, { connectionsMax });
  const counts = { seen: 0, foreign: 0, failed: 0 };
  const request = async (n: number) => {
    const context = contexts[n % tenantCount] as Context;
    const fate = (n * 7919) % 10;
    await inTenant(pool, context, async (tx) => {
      const rows: { tenant_id: string }[] = await tx("memberships").select("tenant_id");
      counts.seen += rows.length;
      counts.foreign += rows.filter(({ tenant_id }) => tenant_id !== context.tenantId).length;
      if (fate === 0) throw new Error("planted");
      if (fate === 1) await tx.raw("select 1 / 0");
      if (fate === 2) await tx.raw("set local statement_timeout = 1; select pg_sleep(0.05)");
      if (fate === 3) await tx.raw("select pg_cancel_backend(pg_backend_pid())");
    }).catch(() => void (counts.failed += 1));
  };
  const queue = Array.from({ length: requests }, (_, n) => n);
  const caller = async () => {
    for (let n = queue.shift(); n !== undefined; n = queue.shift()) await request(n);
  };
  await Promise.all(Array.from({ length: connectionsMax * 4 }, caller));
  const bare = await Promise.allSettled(Array.from({ length: connectionsMax }, () => pool.knex("memberships")));
  await pool.knex.destroy();
  expect(bare.map(({ status }) => status)).toEqual(bare.map(() => "rejected"));
  expect(counts.foreign).toBe(0);
  expect(counts.failed).toBe((requests / 10) * 4);
  const { rows } = await admin.query<{ n: number }>("select count(*)::int as n from memberships where tenant_id = $1", [
    contexts[0]?.tenantId,
  ]);
  expect(counts.seen).toBe(requests * (rows[0]?.n ?? 0));
});
