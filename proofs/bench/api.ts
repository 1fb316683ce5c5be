import { randomUUID } from "node:crypto";
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { startTestServer } from "@plumbline/testing/test-server";
import { routes } from "../../apps/api/src/routes/index.ts";
import { openRealApi, type RealApi } from "../attack/real-api.ts";
import { seededRandom } from "../seeded-random.ts";
import type { Request, Sender } from "../attack/send.ts";
import { serveApi } from "../attack/serve-api.ts";
import { newWholeFirm } from "../attack/three-firms.ts";
import { defineProof } from "../proof.ts";
import { type BenchTenant, multiply } from "./many-invoices.ts";
import { fireOpenLoop, quantile, saturate, type Shot } from "./open-loop.ts";
import { recast, type Recording, recordSql, replay } from "./recorded-sql.ts";

const limits = { reads: 4, writes: 6 };
const shareOfSaturation = 0.3;
/** Copies of the template's six invoices in each tenant. */
const size = { tenants: 100, copies: 167, asked: 40, blocks: 7, blockMs: 8_000 };
const sizeShort = { tenants: 10, copies: 60, asked: 6, blocks: 3, blockMs: 2_500 };
const callers = 12;
/** As many as the API may open. */
const connectionsMax = 20;
const person = "manager@firm.example";
/** One in so many requests of the mix is a write. */
const writeEvery = 6;

/**
 * The same requests to a real process, and their statements, as the API was heard to send them, straight to PostgreSQL: at
 * the same rate, in blocks that take turns so that whatever else the machine does meets both. `--rate N` sets the rate.
 */
export const proof = defineProof({
  promise: `with 100,000 invoices of 100 tenants and at ${shareOfSaturation * 100} % of saturation, the p99 of each read is at most ${limits.reads}× and of each write at most ${limits.writes}× that of its own SQL sent directly`,
  run: async ({ short, seed, flag, say }) => {
    const { tenants, copies, asked, blocks, blockMs } = short ? sizeShort : size;
    const { server, stop } = await startTestServer({ durable: true, say });
    const database = await openTestDatabase(server);
    const recorder = await serveApi(database, routes);
    try {
      const template = await newWholeFirm(database, recorder.storage, 1);
      say("copying invoices");
      const made = await multiply(database.admin, template, { tenants, copies });
      const { rows } = await database.admin.query<{ invoices: number }>(
        "select count(*)::int as invoices from invoices",
      );
      say(`${rows[0]?.invoices} invoices`);
      const firms = made.slice(0, asked);
      const api = await openRealApi(
        database,
        firms.map(({ slug }) => slug),
      );
      const pool = new pg.Pool({ connectionString: database.appUrl, max: connectionsMax });
      try {
        await api.start();
        const work = await prepareWork(database, { firms, api, recorder, random: seededRandom(seed) });
        say(work.kinds.join(", "));
        const saturation = await saturate(() => work.next("api", pool), { ms: blockMs, callers });
        const rate = Number(flag("rate") ?? Math.max(1, saturation * shareOfSaturation));
        say(`saturated at ${Math.round(saturation)}/s, measuring at ${Math.round(rate)}/s`);
        const measured = await measure(work, pool, { blocks, shots: Math.ceil((rate * blockMs) / 1000), rate });
        const kinds = Object.fromEntries(work.kinds.map((kind) => [kind, compare(measured, kind)]));
        const waiting = await database.admin.query<{ n: number }>(
          "select count(*)::int as n from invoices where stage = 'validation_pending' and tenant_id = any($1)",
          [firms.map(({ id }) => id)],
        );
        // Statements that changed nothing would be quick and prove nothing.
        const allApproved = waiting.rows[0]?.n === work.untouched();
        const withinLimits = Object.values(kinds).every(({ ratio, limit }) => ratio <= limit);
        return {
          ok: withinLimits && allApproved && work.failures().length === 0,
          figures: {
            invoices: rows[0]?.invoices ?? 0,
            tenants,
            saturationPerSecond: Math.round(saturation),
            ratePerSecond: Math.round(rate),
            blocks,
            blockMs,
            kinds,
            allApproved,
            failures: work.failures().slice(0, 5),
            cores: availableParallelism(),
            load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
          },
        };
      } finally {
        await pool.end();
        await api.close();
      }
    } finally {
      await recorder.close();
      await database.close();
      await stop();
    }
  },
});

type Way = "api" | "sql";

/** Requests and their SQL, ready to be sent either way. */
type Work = {
  readonly kinds: readonly string[];
  readonly next: (way: Way, pool: pg.Pool) => Shot;
  readonly failures: () => readonly string[];
  /** Invoices that nobody was sent to approve. */
  readonly untouched: () => number;
};

type Reading = {
  readonly kind: string;
  readonly send: Sender;
  readonly request: Request;
  readonly recording: Recording;
};
type Writing = { readonly send: Sender; readonly ids: { id: string; content_hash: string }[]; readonly recast: Recast };
type Recast = (invoiceId: string) => Recording;

const approval = "POST /v1/invoices/:invoiceId/manager-approval";

async function prepareWork(
  database: TestDatabase,
  {
    firms,
    api,
    recorder,
    random,
  }: {
    readonly firms: readonly BenchTenant[];
    readonly api: RealApi;
    readonly recorder: Awaited<ReturnType<typeof serveApi>>;
    readonly random: () => number;
  },
): Promise<Work> {
  const readings: Reading[] = [];
  const writings: Writing[] = [];
  const failed: string[] = [];
  for (const firm of firms) {
    const [send, recorded] = [await api.as(firm, person), recorder.as(firm, person)];
    await recorded({ method: "get", path: "/v1/session" });
    for (const { kind, path } of await readsOf(database, firm)) {
      const request: Request = { method: "get", path };
      readings.push({ kind, send, request, recording: await recordSql(() => succeed(recorded, request)) });
    }
    const { rows: ids } = await database.admin.query<Writing["ids"][number]>(
      "select id, content_hash from invoices where tenant_id = $1 and stage = 'validation_pending' order by id",
      [firm.id],
    );
    const heard = ids.shift();
    if (heard === undefined) throw new Error(`${firm.slug} has nothing to approve`);
    const key = randomUUID();
    const sent = await recordSql(() => succeed(recorded, approvalOf(heard, key)));
    writings.push({
      send,
      ids,
      recast: (invoiceId) => recast(sent, { [heard.id]: invoiceId, [key]: randomUUID() })(),
    });
  }
  const kinds = [...new Set(readings.map(({ kind }) => kind)), approval];
  const byKind = Map.groupBy(readings, ({ kind }) => kind);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  let turn = 0;
  const next: Work["next"] = (way, pool) => {
    turn += 1;
    const fail = (error: unknown) => void failed.push(String(error));
    if (turn % writeEvery === 0) {
      const { ids, send, recast: cast } = pick(writings.filter((writing) => writing.ids.length > 0));
      const invoice = ids.shift() as Writing["ids"][number];
      const fire = () =>
        way === "api" ? succeed(send, approvalOf(invoice, randomUUID())) : replay(pool, cast(invoice.id));
      return { name: approval, fire: () => fire().catch(fail) };
    }
    const { kind, send, request, recording } = pick(byKind.get(kinds[turn % (kinds.length - 1)] as string) ?? []);
    const fire = () => (way === "api" ? succeed(send, request) : replay(pool, recording));
    return { name: kind, fire: () => fire().catch(fail) };
  };
  const untouched = () => writings.reduce((sum, { ids }) => sum + ids.length, 0);
  return { kinds, next, failures: () => failed, untouched };
}

const approvalOf = ({ id, content_hash: contentHash }: Writing["ids"][number], key: string): Request => ({
  method: "post",
  path: `/v1/invoices/${id}/manager-approval`,
  headers: { "idempotency-key": key },
  body: { contentHash },
});

async function readsOf({ admin }: TestDatabase, { id }: BenchTenant): Promise<{ kind: string; path: string }[]> {
  const { rows } = await admin.query<{ id: string }>(
    "select id from invoices where tenant_id = $1 order by md5(id::text) limit 3",
    [id],
  );
  return [
    { kind: "GET /v1/invoices", path: "/v1/invoices" },
    { kind: "GET /v1/invoices?stage", path: "/v1/invoices?stage=validation_pending" },
    { kind: "GET /v1/pipeline", path: "/v1/pipeline" },
    ...rows.map((row) => ({ kind: "GET /v1/invoices/:invoiceId", path: `/v1/invoices/${row.id}` })),
  ];
}

async function succeed(send: Sender, request: Request): Promise<void> {
  const { status, body } = await send(request);
  if (status !== 200) throw new Error(`${request.path}: ${status} ${body.slice(0, 200)}`);
}

type Measured = Readonly<Record<Way, readonly ReadonlyMap<string, readonly number[]>[]>>;

const restMs = 300;

async function measure(
  work: Work,
  pool: pg.Pool,
  { blocks, shots, rate }: { readonly blocks: number; readonly shots: number; readonly rate: number },
): Promise<Measured> {
  const measured: Record<Way, ReadonlyMap<string, readonly number[]>[]> = { api: [], sql: [] };
  for (let block = -1; block < blocks; block += 1) {
    // Who goes first changes, and the first block only warms up.
    for (const way of block % 2 === 0 ? (["api", "sql"] as const) : (["sql", "api"] as const)) {
      const latencies = await fireOpenLoop(
        Array.from({ length: shots }, () => work.next(way, pool)),
        rate,
      );
      if (block >= 0) measured[way].push(latencies);
      await sleep(restMs);
    }
  }
  return measured;
}

function compare(measured: Measured, kind: string) {
  const of = (way: Way, share: number) => measured[way].map((block) => quantile(block.get(kind) ?? [], share));
  const [api, sql] = [of("api", 0.99), of("sql", 0.99)];
  const round = (value: number) => Math.round(value * 100) / 100;
  const spread = (values: readonly number[]) => `${round(Math.min(...values))}–${round(Math.max(...values))}`;
  return {
    ratio: round(quantile(api, 0.5) / quantile(sql, 0.5)),
    limit: kind === approval ? limits.writes : limits.reads,
    apiP99Ms: round(quantile(api, 0.5)),
    apiP99SpreadMs: spread(api),
    sqlP99Ms: round(quantile(sql, 0.5)),
    sqlP99SpreadMs: spread(sql),
    apiP50Ms: round(quantile(of("api", 0.5), 0.5)),
    sqlP50Ms: round(quantile(of("sql", 0.5), 0.5)),
  };
}
