import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { readableTables } from "./catalogue.ts";

const database = useTestDatabase();
let app: pg.Client;
let relay: pg.Client;

beforeAll(async () => {
  app = new pg.Client({ connectionString: database.current.appUrl });
  relay = new pg.Client({ connectionString: database.current.relayUrl });
  await Promise.all([app.connect(), relay.connect()]);
});
afterAll(() => Promise.all([app.end(), relay.end()]));

const asAdmin = async (sql: string) => (await database.current.admin.query<Record<string, unknown>>(sql)).rows;
const codeOf = (client: pg.Client, sql: string) =>
  client.query(sql).then(
    () => "allowed",
    (error: pg.DatabaseError) => error.code,
  );

const insufficientPrivilege = "42501";

describe.each([
  ["plumb_app", () => app],
  ["plumb_relay", () => relay],
] as const)("%s", (_role, client) => {
  it.each([
    "select * from app_private.context_keys",
    "select app_private.context()",
    "truncate invoices",
    "truncate tenants cascade",
    "create table public.mine (id int)",
    "create table app.mine (id int)",
    "create temporary table mine (id int)",
    "create schema mine",
    "create function public.mine() returns int language sql return 1",
    "create view public.mine as select 1",
    "alter table invoices no force row level security",
    "alter table invoices disable row level security",
    "alter table invoices disable trigger all",
    "alter table invoices add column mine int",
    "alter table invoices owner to plumb_app",
    "drop table invoices",
    "drop policy tenant_isolation on invoices",
    "create policy mine on invoices using (true)",
    "create rule mine as on insert to invoices do instead nothing",
    "create trigger mine before insert on invoices execute function app.guard_invoice()",
    "alter function app.tenant() security invoker",
    "set role plumb_owner",
    "set role plumb_migrator",
    "set session authorization postgres",
    "alter role plumb_app bypassrls",
    "alter role current_user superuser",
    "create role mine",
    "set session_replication_role = replica",
    "delete from invoices",
    "delete from audit_entries",
    "insert into app.invoice_moves values ('draft', 'issued')",
    "update app.invoice_moves set to_stage = 'issued'",
    "insert into tenants (id, partner_id, slug, name) values (gen_random_uuid(), gen_random_uuid(), 'mine', 'Mine')",
    "update tenants set name = 'Mine'",
    "select * from schema_migrations",
    "copy invoices to program 'true'",
    "select pg_read_file('/etc/passwd')",
  ])("is refused: %s", async (sql) => {
    expect(await codeOf(client(), sql)).toBe(insufficientPrivilege);
  });
});

it("fails rather than show rows when the runtime asks for row-level security to be left out", async () => {
  await app.query("begin; set local row_security = off");
  expect(await codeOf(app, "select * from invoices")).toBe(insufficientPrivilege);
  await app.query("rollback");
});

it("hands on no right it has, because it may not pass any on", async () => {
  await app.query("grant select on invoices to plumb_relay");
  expect(await codeOf(relay, "select * from invoices")).toBe(insufficientPrivilege);
});

describe("the relay", () => {
  const headers: Readonly<Record<string, readonly string[]>> = {
    outbox: ["tenant_id", "id", "name", "subject_id", "sequence", "occurred_at", "published_at"],
    // prettier-ignore
    // oxfmt-ignore
    jobs: ["tenant_id", "event_id", "name", "lane", "subject_id", "sequence", "state", "due_at", "hinted_at", "lease_until", "attempts"],
  };

  it.each(Object.entries(headers))(
    "reads the headers of %s and is refused every other column",
    async (table, known) => {
      const columns = await asAdmin(
        `select column_name from information_schema.columns where table_schema = 'public' and table_name = '${table}'`,
      );
      expect(columns.length).toBeGreaterThan(known.length);
      for (const name of columns.map((row) => String(row["column_name"]))) {
        const expected = known.includes(name) ? "allowed" : insufficientPrivilege;
        expect([name, await codeOf(relay, `select ${name} from ${table}`)]).toEqual([name, expected]);
      }
      expect(await codeOf(relay, `select * from ${table}`)).toBe(insufficientPrivilege);
      expect(await codeOf(relay, `select t from ${table} t`)).toBe(insufficientPrivilege);
    },
  );

  it.each([
    "update outbox set data = '{}'",
    "update outbox set name = 'x'",
    "update outbox set tenant_id = gen_random_uuid()",
    "insert into outbox (id) values (gen_random_uuid())",
    "delete from outbox",
    "update jobs set state = 'done'",
    "update jobs set generation = 0",
    "update jobs set failure = null",
    "insert into jobs (tenant_id, state) values (gen_random_uuid(), 'done')",
    "delete from jobs",
    "select app.tenant()",
    "select app.find_tenant('keystone')",
    "select app.provision_tenant('p', 'P', gen_random_uuid(), 't', 'T', null)",
  ])("is refused: %s", async (sql) => {
    expect(await codeOf(relay, sql)).toBe(insufficientPrivilege);
  });

  it("sees no other table", async () => {
    const seen: string[] = [];
    for (const table of [...(await readableTables(asAdmin)), "public.schema_migrations"]) {
      if ((await codeOf(relay, `select from ${table}`)) === "allowed") seen.push(table);
      else if ((await codeOf(relay, `select count(*) from ${table}`)) === "allowed") seen.push(table);
    }
    expect(seen).toEqual(["public.clocks", "public.jobs", "public.outbox"]);
  });
});
