import { newId } from "@plumbline/platform/new-id";
import { type Context, inTenant, openTenantPool, type TenantPool, type TenantTx } from "@plumbline/platform/tenancy";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { newFirm } from "@plumbline/testing/firm";
import { startTestServer } from "@plumbline/testing/test-server";
import { defineProof } from "../proof.ts";
import { type Fate, fates } from "./fates.ts";
import { seededRandom } from "../seeded-random.ts";

const size = { requests: 100_000, tenants: 50, connections: 4, callers: 16 };
const sizeShort = { requests: 2_000, tenants: 12 };
const requestsPlanted = 300;
/** One request in so many asks without any context, as code would that forgot. */
const bareEvery = 10;

/**
 * Many tenants share few connections, and requests end in every way that leaves a connection in some state. A pool that
 * keeps contexts for the session and believes every commit is planted and must be caught.
 */
export const proof = defineProof({
  promise: `in ${size.requests.toLocaleString("en")} requests of ${size.tenants} tenants over ${size.connections} connections, with aborts, timeouts and cancels at random, 0 foreign rows are seen, 0 writes are lost, kept by mistake or misplaced, and none is answered without a context`,
  run: async ({ short, seed, say }) => {
    const { server, stop } = await startTestServer();
    const database = await openTestDatabase(server);
    try {
      const { requests, tenants } = short ? sizeShort : size;
      const firms = [];
      for (let n = 0; n < tenants; n += 1) firms.push(await newFirm(database.pool));
      const contexts = firms.map(({ tenantId }): Context => ({ tenantId, actorId: newId<"actor">() }));
      say("a pool that does not reset");
      const leaky = await play(database, contexts, { requests: requestsPlanted, seed, enter: forTheSession });
      say("the pool as it is");
      const played = await play(database, contexts, { requests, seed, enter: inTenant });
      const planted = {
        "a context that stays on the connection": leaky.answeredWithoutContext > 0,
        "a yes to what was rolled back": Object.keys(leaky.toldWrong).length > 0,
      };
      const everyFateCame = fates.every(({ name }) => (played.fates[name] ?? 0) > 0);
      const faults = ["foreign", "lost", "kept", "misplaced", "answeredWithoutContext"] as const;
      return {
        ok:
          faults.every((fault) => played[fault] === 0) &&
          everyFateCame &&
          Object.keys(played.toldWrong).length === 0 &&
          played.refusedWithoutContext > 0 &&
          Object.values(planted).every(Boolean),
        figures: { ...played, everyFateCame, plantedAndCaught: planted },
      };
    } finally {
      await database.close();
      await stop();
    }
  },
});

type Enter = (pool: TenantPool, context: Context, work: (tx: TenantTx) => Promise<void>) => Promise<void>;

/** What a hurried hand writes: the context outlives the transaction. */
const forTheSession: Enter = (pool, context, work) =>
  pool.knex.transaction(async (tx) => {
    await tx.raw("select set_config('app.ctx', ?, false)", [pool.sign(context)]);
    await work(tx as TenantTx);
  });

async function play(
  { appUrl, contextKey, admin }: TestDatabase,
  contexts: readonly Context[],
  { requests, seed, enter }: { readonly requests: number; readonly seed: number; readonly enter: Enter },
) {
  const random = seededRandom(seed);
  const pool = openTenantPool(appUrl, contextKey, { connectionsMax: size.connections });
  const count = { requests, seen: 0, foreign: 0, answeredWithoutContext: 0, refusedWithoutContext: 0 };
  const came: Record<string, number> = {};
  const toldWrong: Record<string, number> = {};
  const written = new Map<string, { readonly tenantId: string; readonly keeps: boolean }>();

  const bare = () =>
    pool.knex("clients").then(
      () => void (count.answeredWithoutContext += 1),
      () => void (count.refusedWithoutContext += 1),
    );
  const request = async (context: Context, fate: Fate) => {
    const id = newId();
    came[fate.name] = (came[fate.name] ?? 0) + 1;
    written.set(id, { tenantId: context.tenantId, keeps: fate.keeps });
    const ended = await enter(pool, context, async (tx) => {
      const { rows } = await tx.raw<{ rows: Record<string, string>[] }>(
        "select tenant_id, app.tenant() as tenant, app.actor() as actor from memberships",
      );
      count.seen += rows.length;
      count.foreign += rows.filter(
        (row) =>
          row["tenant_id"] !== context.tenantId ||
          row["tenant"] !== context.tenantId ||
          row["actor"] !== context.actorId,
      ).length;
      await tx("clients").insert({ id, name: context.tenantId });
      await fate.befall(tx, admin);
    }).then(
      () => true,
      () => false,
    );
    // A caller was told yes or no; what is there afterwards must be what they were told.
    if (ended !== fate.keeps) toldWrong[fate.name] = (toldWrong[fate.name] ?? 0) + 1;
  };
  const queue = Array.from({ length: requests }, () => ({
    context: contexts[Math.floor(random() * contexts.length)] as Context,
    fate: drawn(random()),
  }));
  const caller = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      await request(next.context, next.fate);
      if (queue.length % bareEvery === 0) await bare();
    }
  };
  await Promise.all(Array.from({ length: size.callers }, caller));
  await Promise.all(Array.from({ length: size.connections * 2 }, bare));
  await pool.knex.destroy();
  return { ...count, ...(await compare(admin, written)), fates: came, toldWrong };
}

function drawn(chance: number): Fate {
  let left = chance * fates.reduce((sum, { weight }) => sum + weight, 0);
  return fates.find(({ weight }) => (left -= weight) < 0) as Fate;
}

/** What was acknowledged against what is there. */
async function compare(
  admin: TestDatabase["admin"],
  written: ReadonlyMap<string, { readonly tenantId: string; readonly keeps: boolean }>,
) {
  const { rows } = await admin.query<{ id: string; tenant_id: string }>("select id, tenant_id from clients");
  const there = new Map(rows.map(({ id, tenant_id }) => [id, tenant_id]));
  const of = (wrong: (known: { tenantId: string; keeps: boolean }, tenant: string | undefined) => boolean) =>
    [...written].filter(([id, known]) => wrong(known, there.get(id))).length;
  return {
    lost: of(({ keeps }, tenant) => keeps && tenant === undefined),
    kept: of(({ keeps }, tenant) => !keeps && tenant !== undefined),
    misplaced: of(({ tenantId }, tenant) => tenant !== undefined && tenant !== tenantId),
  };
}
