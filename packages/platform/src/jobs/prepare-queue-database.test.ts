import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { prepareQueueDatabase } from "./prepare-queue-database.ts";

const database = useTestDatabase();
const name = `plumb_queue_${randomBytes(4).toString("hex")}`;
const prepare = () =>
  prepareQueueDatabase({ adminUrl: database.current.adminUrl, password: "pa ss/word", database: name, role: name });

afterAll(async () => {
  await database.current.admin.query(`drop database if exists ${name} with (force)`);
  await database.current.admin.query(`drop role if exists ${name}`);
});

it("makes a database that its role owns, also when two do it at once and again later", async () => {
  const [url] = await Promise.all([prepare(), prepare()]);
  expect(await prepare()).toBe(url);
  expect(
    await ask(url, "select pg_get_userbyid(datdba) as it from pg_database where datname = current_database()"),
  ).toBe(name);
  expect(await ask(url, "select count(*) > 0 as it from bullmq.job where false")).toBe(false);
});

it("keeps the queue's role out of the application's database, and ours out of the queue's", async () => {
  const url = await prepare();
  const main = new URL(url);
  main.pathname = new URL(database.current.adminUrl).pathname;
  await expect(ask(main.href, "select 1 as it")).rejects.toThrow(/permission denied for database/);
  const queue = new URL(database.current.appUrl);
  queue.pathname = `/${name}`;
  await expect(ask(queue.href, "select 1 as it")).rejects.toThrow(/permission denied for database/);
});

it("gives the role no power over the server", async () => {
  const url = await prepare();
  const powers =
    "select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls as it from pg_roles where rolname = $1";
  expect(await ask(url, powers, [name])).toBe(false);
});

async function ask(url: string, sql: string, values: readonly unknown[] = []): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return (await client.query<{ it: unknown }>(sql, [...values])).rows[0]?.it;
  } finally {
    await client.end().catch(() => undefined);
  }
}
