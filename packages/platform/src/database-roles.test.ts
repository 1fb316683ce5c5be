import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { refuseStrongRole } from "./database-roles.ts";

const database = useTestDatabase();
const made: string[] = [];

/** Roles belong to the whole server, where other tests run: each case makes its own and drops it in the end. */
async function newRole(attributes = ""): Promise<string> {
  const role = `try_${randomBytes(6).toString("hex")}`;
  await database.current.admin.query(`create role ${role} ${attributes}`);
  made.push(role);
  return role;
}

afterAll(async () => {
  const admin = new pg.Client({ connectionString: database.current.adminUrl });
  await admin.connect();
  for (const role of made) await admin.query(`drop owned by ${role}; drop role ${role}`);
  await admin.end();
});

/** Asks as that role. */
async function refused(role: string): Promise<string> {
  const { admin } = database.current;
  await admin.query(`begin; set local role ${role}`);
  try {
    await refuseStrongRole(async (sql) => (await admin.query<Record<string, unknown>>(sql)).rows);
    return "nothing";
  } catch (error) {
    return (error as Error).message;
  } finally {
    await admin.query("rollback");
  }
}

async function askedAs(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await refuseStrongRole(async (sql) => (await client.query<Record<string, unknown>>(sql)).rows);
  } finally {
    await client.end();
  }
}

it("accepts the roles of the runtime and of the relay", async () => {
  await expect(askedAs(database.current.appUrl)).resolves.toBeUndefined();
  await expect(askedAs(database.current.relayUrl)).resolves.toBeUndefined();
});

it("refuses the administrator, and says which addresses are meant", async () => {
  await expect(askedAs(database.current.adminUrl)).rejects.toThrow(/superuser.*DATABASE_APP_URL/);
});

it("accepts a role that can do nothing, so that each case below is refused for its own power", async () => {
  expect(await refused(await newRole())).toBe("nothing");
});

it.each([
  ["superuser", "superuser"],
  ["bypassrls", "bypasses row-level security"],
  ["createdb", "creates databases"],
  ["createrole", "creates roles"],
  ["replication", "reads the write-ahead log"],
  ["in role pg_write_all_data", "is a member of other roles"],
])("refuses a role with %s", async (attribute, power) => {
  expect(await refused(await newRole(attribute))).toContain(power);
});

it("refuses a member of the owner, also one that does not inherit", async () => {
  expect(await refused(await newRole("in role plumb_owner"))).toContain("acts as the owner");
  expect(await refused(await newRole("noinherit in role plumb_owner"))).toContain("acts as the owner");
});

it.each([
  ["grant temporary on database %d to %r", "creates temporary tables"],
  ["grant create on database %d to %r", "creates schemas"],
  ["create table owned (id int); alter table owned owner to %r", "owns relations"],
  ["grant truncate on invoices to %r", "deletes, truncates, references or hooks tables"],
  ["grant references on invoices to %r", "deletes, truncates, references or hooks tables"],
  ["grant trigger on invoices to %r", "deletes, truncates, references or hooks tables"],
  ["grant delete on app.invoice_moves to %r", "deletes, truncates, references or hooks tables"],
  ["grant create on schema public to %r", "creates things in schemas"],
  ["grant usage on schema app_private to %r", "reaches the signing keys"],
  // The last one: it holds for every role from here on.
  ["grant truncate on invoices to public", "deletes, truncates, references or hooks tables"],
])("refuses a role after: %s", async (sql, power) => {
  const role = await newRole();
  const { admin } = database.current;
  const { rows } = await admin.query<{ name: string }>("select quote_ident(current_database()) as name");
  await admin.query(sql.replaceAll("%r", role).replaceAll("%d", rows[0]?.name ?? ""));
  expect(await refused(role)).toContain(power);
});
