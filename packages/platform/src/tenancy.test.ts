import { createHmac, randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { TenantId } from "@plumbline/domain/id";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { fillEveryTable, type TestColumns } from "@plumbline/testing/rows-in-every-table";
import { walledTables } from "./catalogue.ts";
import { newId } from "./new-id.ts";
import { type Context, inTenant } from "./tenancy.ts";

let empty: TestDatabase;
let full: TestDatabase;
const [ours, theirs] = [newId(), newId()] as [TenantId, TenantId];
const us: Context = { tenantId: ours, actorId: newId<"actor">() };
const them: Context = { tenantId: theirs, actorId: newId<"actor">() };
let tables: readonly string[] = [];
let columns: TestColumns;

beforeAll(async () => {
  empty = await openTestDatabase(inject("testServer"));
  full = await openTestDatabase(inject("testServer"));
  tables = await walledTables(async (sql) => (await empty.admin.query<Record<string, unknown>>(sql)).rows);
  columns = await fillEveryTable(full.admin, [us, them]);
});
afterAll(() => Promise.all([empty.close(), full.close()]));

const part = { tenant: 0, actor: 1, expiry: 2, key: 3, hmac: 4 } as const;
const seconds = (fromNow: number) => Math.floor(Date.now() / 1000) + fromNow;

function sign(fields: readonly unknown[], secret: Buffer): string {
  const body = fields.join("|");
  return `${body}|${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** A token that is good but for one part, put there after it was signed. */
function tampered(good: string, name: keyof typeof part, value: string): string {
  return good
    .split("|")
    .map((old, index) => (index === part[name] ? value : old))
    .join("|");
}

const none = undefined;
const contexts: readonly (readonly [
  name: string,
  make: (good: string, database: TestDatabase) => string | undefined,
])[] = [
  ["no context at all", () => none],
  ["an empty context", () => ""],
  ["a context with no signature", (good) => good.slice(0, good.lastIndexOf("|"))],
  ["a truncated signature", (good) => good.slice(0, -2)],
  ["an empty signature", (good) => tampered(good, "hmac", "")],
  ["a signature that is no hex", (good) => tampered(good, "hmac", "zz")],
  ["another tenant under our signature", (good) => tampered(good, "tenant", theirs)],
  ["another actor under our signature", (good) => tampered(good, "actor", newId())],
  ["a later expiry under our signature", (good) => tampered(good, "expiry", String(seconds(7200)))],
  ["an unknown key", (good) => tampered(good, "key", "0")],
  ["a part too many", (good) => `${good}|${good}`],
  ["a plain tenant id", () => ours],
  [
    "a context signed with another secret",
    (_, { contextKey }) => sign([ours, us.actorId, seconds(60), contextKey.id], randomBytes(32)),
  ],
  [
    "an expired context",
    (_, { contextKey }) => sign([ours, us.actorId, seconds(-1), contextKey.id], contextKey.secret),
  ],
  [
    "a signed tenant that is no uuid",
    (_, { contextKey }) => sign(["*", us.actorId, seconds(60), contextKey.id], contextKey.secret),
  ],
  [
    "a signed expiry that is no time",
    (_, { contextKey }) => sign([ours, us.actorId, "never", contextKey.id], contextKey.secret),
  ],
];

/** Asks every table under one context, and says which answered with anything but a refusal of the context. */
async function answering(database: TestDatabase, token: string | undefined): Promise<string[]> {
  const client = new pg.Client({ connectionString: database.appUrl });
  await client.connect();
  const answers: string[] = [];
  for (const table of tables) {
    for (const sql of [`select * from ${table}`, `select count(*) from ${table}`]) {
      await client.query("begin");
      if (token !== undefined) await client.query("select set_config('app.ctx', $1, true)", [token]);
      const refusal = await client.query(sql).then(
        ({ rows }) => `${rows.length} rows`,
        (error: pg.DatabaseError) => error.code ?? error.message,
      );
      await client.query("rollback");
      // Missing, forged or expired; never set; no hex, no uuid, no number.
      if (!/^(PL00[123]|42704|22023|22P02)$/.test(refusal)) answers.push(`${table}: ${refusal}`);
    }
  }
  await client.end();
  return answers;
}

describe.each([
  ["empty", () => empty],
  ["full", () => full],
] as const)("with every table %s", (_state, database) => {
  it.each(contexts)("%s is an error on every table, never rows and never none", async (_name, make) => {
    const token = make(database().pool.sign(us), database());
    expect(await answering(database(), token)).toEqual([]);
  });

  it("a good context is answered by every table", async () => {
    expect(await answering(database(), database().pool.sign(us))).toHaveLength(tables.length * 2);
  });
});

describe("with a row of each tenant in every table", () => {
  const tenantOwned = () => tables.filter((table) => columns.get(table)?.some(({ name }) => name === "tenant_id"));

  it("shows each tenant its own row and no other", async () => {
    expect(tenantOwned().length).toBeGreaterThan(30);
    for (const context of [us, them]) {
      await inTenant(full.pool, context, async (tx) => {
        for (const table of tenantOwned()) {
          const { rows } = await tx.raw<{ rows: unknown[] }>(`select tenant_id from ${table}`);
          expect([table, rows]).toEqual([table, [{ tenant_id: context.tenantId }]]);
        }
        const { rows } = await tx.raw<{ rows: unknown[] }>("select id from tenants");
        expect(rows).toEqual([{ id: context.tenantId }]);
      });
    }
  });

  it("changes no row of another tenant, whatever the condition says", async () => {
    await inTenant(full.pool, us, async (tx) => {
      for (const table of tenantOwned()) {
        if (!(columns.get(table) ?? []).some(({ updatable }) => updatable)) continue;
        const column = columns.get(table)?.find(({ updatable }) => updatable)?.name ?? "";
        const { rowCount } = await tx.raw<{ rowCount: number }>(
          `update ${table} set ${column} = ${column} where tenant_id <> (select app.tenant()) or tenant_id = ?`,
          [theirs],
        );
        expect([table, rowCount]).toEqual([table, 0]);
      }
    });
  });

  it("neither gives a row away nor writes one for another tenant", async () => {
    for (const table of tenantOwned()) {
      const known = columns.get(table) ?? [];
      const statements = [
        known.some(({ insertable, name }) => insertable && name === "tenant_id") &&
          `insert into ${table} (${known.map(({ name }) => name).join(", ")}) values (${known.map(({ name, value }) => (name === "tenant_id" ? `'${theirs}'` : value)).join(", ")})`,
        known.some(({ updatable, name }) => updatable && name === "tenant_id") &&
          `update ${table} set tenant_id = '${theirs}'`,
      ];
      for (const sql of statements) {
        if (sql === false) continue;
        const refused = inTenant(full.pool, us, (tx) => tx.raw(sql));
        await expect(refused, sql).rejects.toThrow(/violates row-level security policy/);
      }
    }
  });
});
