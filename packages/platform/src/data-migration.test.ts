import type { Knex } from "knex";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { catalogueFaults } from "./catalogue.ts";
import { type DataMigration, migrateData } from "./data-migration.ts";
import type { Log } from "./log.ts";
import { openOwner } from "./migrate.ts";

const database = useTestDatabase();
let owner: Knex;

const lines: unknown[] = [];
const ignored = () => undefined;
const log: Log = {
  debug: ignored,
  warn: ignored,
  error: ignored,
  info: (message, fields) => void lines.push([message, fields]),
};

const clientsPerFirm = 3;
beforeAll(async () => {
  owner = openOwner(database.current.adminUrl);
  for (let firm = 0; firm < 2; firm += 1) {
    const { as } = await newFirm(database.current.pool);
    const inScope = await as("admin");
    await inScope(({ tx }) =>
      tx.raw(
        `insert into clients (id, name) select gen_random_uuid(), 'Client' from generate_series(1, ${clientsPerFirm})`,
      ),
    );
  }
});
afterAll(() => owner.destroy());

const rename = async (tx: Knex) => tx.raw("update clients set legal_name = name || ' Ltd'");
const backfill: DataMigration = { table: "clients", reason: "legal names", work: rename, expectedRows: 6 };
const asAdmin = async (sql: string) => (await database.current.admin.query<Record<string, unknown>>(sql)).rows;
const renamed = async () => (await asAdmin("select from clients where legal_name like '% Ltd'")).length;

it("is needed, because the owner's own update silently touches no rows", async () => {
  expect((await rename(owner)).rowCount).toBe(0);
  expect(await renamed()).toBe(0);
});

it("rolls back and keeps the wall when another number of rows changed than was said", async () => {
  await expect(migrateData(owner, { ...backfill, expectedRows: 5 }, log)).rejects.toThrow(
    "5 rows of clients were to change, but 6 did",
  );
  expect(await renamed()).toBe(0);
  expect(await catalogueFaults(asAdmin)).toEqual([]);
  expect(lines).toEqual([]);
});

it("rolls back and keeps the wall when the work fails", async () => {
  const work = async (tx: Knex) => {
    await rename(tx);
    await tx.raw("select 1 / 0");
  };
  await expect(migrateData(owner, { ...backfill, work }, log)).rejects.toThrow("division by zero");
  expect(await renamed()).toBe(0);
  expect(await catalogueFaults(asAdmin)).toEqual([]);
});

it("opens the wall of the named table alone", async () => {
  const work = async (tx: Knex) => {
    await rename(tx);
    expect((await tx.raw("select from memberships for update")).rowCount).toBe(0);
  };
  await migrateData(owner, { ...backfill, work }, log);
});

it("changes every tenant's rows, closes the wall again, and leaves a line in the log", async () => {
  await asAdmin("update clients set legal_name = null");
  lines.length = 0;
  await migrateData(owner, backfill, log);
  expect(await renamed()).toBe(6);
  expect(await catalogueFaults(asAdmin)).toEqual([]);
  expect((await rename(owner)).rowCount).toBe(0);
  expect(lines).toEqual([["data migration", { table: "clients", reason: "legal names", rows: 6 }]]);
});

it("counts for itself, so that work cannot claim what it did not do", async () => {
  const work = () => Promise.resolve({ rowCount: 6 });
  await expect(migrateData(owner, { ...backfill, work }, log)).rejects.toThrow("but 0 did");
});

it("refuses the runtime and the administrator", async () => {
  await expect(migrateData(database.current.pool.knex, backfill, log)).rejects.toThrow("and not as plumb_app");
  await owner.transaction(async (tx) => {
    await tx.raw("set local role none");
    await expect(migrateData(tx, backfill, log)).rejects.toThrow("Data migrations run as plumb_owner");
  });
});

it("refuses a table that is not there, or not behind the wall", async () => {
  await expect(migrateData(owner, { ...backfill, table: "nowhere" }, log)).rejects.toThrow("There is no table nowhere");
  await expect(migrateData(owner, { ...backfill, table: "schema_migrations" }, log)).rejects.toThrow(
    "not behind forced row-level security",
  );
});
