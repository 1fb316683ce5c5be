import { expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { catalogueFaults, readableTables } from "./catalogue.ts";

const database = useTestDatabase();
const asAdmin = async (sql: string) => (await database.current.admin.query<Record<string, unknown>>(sql)).rows;

it("finds no fault in the schema as migrated", async () => {
  expect(await catalogueFaults(asAdmin)).toEqual([]);
});

it("sees the tables it judges", async () => {
  const tables = await readableTables(asAdmin);
  expect(tables).toContain("public.invoices");
  expect(tables).not.toContain("public.schema_migrations");
  expect(tables.length).toBeGreaterThan(30);
});

const wall = "tenant_id = (select app.tenant())";
const keys = "tenant_id uuid not null default app.tenant() references tenants (id), id uuid not null";

/** A table that breaks no rule, so that whatever a case changes in it is all that is wrong. */
const good = (columns = "primary key (tenant_id, id)", options: { using?: string; check?: string } = {}) => `
  create table planted (${keys}, ${columns});
  alter table planted enable row level security;
  alter table planted force row level security;
  create policy tenant_isolation on planted as restrictive to plumb_app
    using (${options.using ?? wall}) with check (${options.check ?? wall});
  create policy runtime_access on planted to plumb_app using (true) with check (true);
  grant select, insert, update on planted to plumb_app;`;

const definer = "create function app.planted() returns int language sql security definer";
const pinned = "set search_path = pg_catalog, pg_temp";
const secret = "revoke all on function app.planted() from public;";
const noWall = "has no restrictive policy to plumb_app on tenant_id for all commands";
const noTenant = "has no tenant_id and is not listed as shared";
const badKey = (key: string) => `has the key ${key}, which does not begin with tenant_id`;
const badForeignKey = (key: string) => `has the foreign key ${key}, which does not begin with tenant_id on both sides`;

// prettier-ignore
// oxfmt-ignore
const planted: readonly (readonly [name: string, sql: string, fault: string, relation?: string])[] = [
  ["a table without a tenant", "create table planted (id uuid primary key)", noTenant],
  ["a table without a tenant in schema app", "create table app.planted (id uuid primary key)", noTenant, "app.planted"],
  ["a schema of its own", "reset role; create schema planted authorization plumb_owner", "is a schema nobody knows", "planted"],
  ["security not enabled", `${good()} alter table planted disable row level security`, "has row-level security off"],
  ["security not forced", `${good()} alter table planted no force row level security`, "does not force row-level security"],
  ["security off on tenants", "alter table tenants disable row level security", "has row-level security off", "public.tenants"],
  ["another wall on tenants", "alter policy tenant_isolation on tenants using (true)", "has no restrictive policy to plumb_app with its own wall", "public.tenants"],
  ["no wall", `${good()} drop policy tenant_isolation on planted`, noWall],
  ["a permissive wall", `${good()} drop policy tenant_isolation on planted; create policy w on planted to plumb_app using (${wall}) with check (${wall})`, noWall],
  ["a wall for reading only", `${good()} drop policy tenant_isolation on planted; create policy w on planted as restrictive for select to plumb_app using (${wall})`, noWall],
  ["a wall that checks no writes", good(undefined, { check: "true" }), noWall],
  ["a wall with a way round", good(undefined, { using: `${wall} or id is null` }), noWall],
  ["a wall on an unsigned setting", good(undefined, { using: "tenant_id = current_setting('app.tenant')::uuid" }), noWall],
  ["a wall computed for every row", good(undefined, { using: "tenant_id = app.tenant()" }), noWall],
  ["no door, which looks like no rows", `${good()} drop policy runtime_access on planted`, "has no permissive policy to plumb_app, so it would look empty"],
  ["a policy for everyone", `${good()} create policy support on planted for select using (true)`, "has the policy support for public"],
  ["a policy for the relay", `${good()} create policy relay on planted to plumb_relay using (true)`, "has the policy relay for plumb_relay"],
  ["a policy for the owner", `${good()} create policy lookup on planted to plumb_owner using (true)`, "has the policy lookup for plumb_owner"],
  ["a wider look-up of members", "create policy fix on memberships for update to plumb_owner using (true)", "has the policy fix for plumb_owner", "public.memberships"],
  ["a nullable tenant", `${good("unique (tenant_id, id), n int primary key")} alter table planted drop constraint planted_pkey; alter table planted add primary key (id); alter table planted alter tenant_id drop not null`, "has a tenant_id that may be null"],
  ["no default tenant", `${good()} alter table planted alter tenant_id drop default`, "has a tenant_id without the default app.tenant()"],
  ["no primary key", good("unique (tenant_id, id)"), "has no primary key"],
  ["a primary key without the tenant", good("primary key (id)"), badKey("planted_pkey")],
  ["a primary key that ends with the tenant", good("primary key (id, tenant_id)"), badKey("planted_pkey")],
  ["a unique constraint without the tenant", good("primary key (tenant_id, id), email text unique"), badKey("planted_email_key")],
  ["a unique index without the tenant", `${good("primary key (tenant_id, id), email text")} create unique index planted_email on planted (lower(email))`, badKey("planted_email")],
  ["a foreign key without the tenant", `alter table tenants add unique (name); ${good("primary key (tenant_id, id), owner text constraint by_name references tenants (name)")}`, badForeignKey("by_name")],
  ["a foreign key with the tenant in second place", `alter table clients add constraint turned unique (id, tenant_id); ${good("primary key (tenant_id, id), client uuid, constraint turned_key foreign key (client, tenant_id) references clients (id, tenant_id)")}`, badForeignKey("turned_key")],
  ["a cascade", good("primary key (tenant_id, id), foreign key (tenant_id, id) references clients (tenant_id, id) on delete cascade"), "has the foreign key planted_tenant_id_id_fkey, which cascades"],
  ["a delete that sets null", good("primary key (tenant_id, id), c uuid, constraint c foreign key (tenant_id, c) references clients (tenant_id, id) on delete set null (c)"), "has the foreign key c, which cascades"],
  ["a cascading update", good("primary key (tenant_id, id), foreign key (tenant_id, id) references clients (tenant_id, id) on update cascade"), "has the foreign key planted_tenant_id_id_fkey, which cascades"],
  ["a shared table that points into a tenant", "alter table partners add tenant uuid, add client uuid, add constraint peeks foreign key (tenant, client) references clients (tenant_id, id)", "is shared, but its foreign key peeks points at a tenant's rows", "public.partners"],
  ["a number counted across tenants", good("primary key (tenant_id, id), n bigint generated always as identity"), "numbers n across tenants"],
  ["a table of a login role", `${good()} reset role; alter table planted owner to plumb_migrator`, "is owned by plumb_migrator, which is no owner to trust"],
  ["a right to delete", `${good()} grant delete on planted to plumb_app`, "grants DELETE to plumb_app"],
  ["a right to truncate", `${good()} grant truncate on planted to plumb_app`, "grants TRUNCATE to plumb_app"],
  ["a right to reference", `${good()} grant references (id) on planted to plumb_app`, "grants REFERENCES to plumb_app"],
  ["a right to hook", `${good()} grant trigger on planted to plumb_app`, "grants TRIGGER to plumb_app"],
  ["a right for everyone", `${good()} grant select on planted to public`, "grants SELECT to public"],
  ["a right to pass on", `${good()} grant select on planted to plumb_app with grant option`, "lets plumb_app pass SELECT on"],
  ["a sequence for the runtime", "create sequence planted; grant usage on sequence planted to plumb_app", "grants USAGE to plumb_app"],
  ["a look into the payload by the relay", "grant select (data) on outbox to plumb_relay", "grants SELECT (data) to plumb_relay", "public.outbox"],
  ["the whole outbox for the relay", "grant select on outbox to plumb_relay", "grants SELECT to plumb_relay", "public.outbox"],
  ["a shared table the runtime may write", "grant insert on app.invoice_moves to plumb_app", "is shared, yet grants INSERT to plumb_app", "app.invoice_moves"],
  ["a partition with a grant", `${good("primary key (tenant_id, id)").replace("primary key (tenant_id, id));", "primary key (tenant_id, id)) partition by hash (tenant_id);")} create table planted_0 partition of planted for values with (modulus 1, remainder 0); grant select on planted_0 to plumb_app`, "is a partition and grants SELECT to plumb_app", "public.planted_0"],
  ["grants on all that is to come", "alter default privileges in schema public grant select on tables to plumb_app", "grants SELECT on everything new to plumb_app", "public"],
  ["a schema the runtime may build in", "reset role; grant create on schema public to plumb_app", "is a schema that grants CREATE to plumb_app", "public"],
  ["the keys in reach", "grant usage on schema app_private to plumb_app", "is a schema that grants USAGE to plumb_app", "app_private"],
  ["a view with its owner's eyes", "create view planted as select * from clients", "is a view without security_invoker"],
  ["a materialised view", "create materialized view planted as select 1 as one", "is a materialised view, which no policy guards"],
  ["a foreign table", "reset role; create foreign data wrapper w; create server s foreign data wrapper w; create foreign table planted (id int) server s; alter table planted owner to plumb_owner", "is a foreign table, which no policy guards"],
  ["an unlogged table", `${good()} alter table planted set unlogged`, "is unlogged, so a crash empties it"],
  ["a rewrite rule", `${good()} create rule aside as on insert to planted do instead nothing`, "has the rule aside, which runs with its owner's rights"],
  ["a guard switched off", "alter table approvals disable trigger guard", "has the trigger guard switched off", "public.approvals"],
  ["an unlisted function with the owner's rights", `${definer} ${pinned} return 1; ${secret}`, "runs with its owner's rights and is not listed", "app.planted()"],
  ["a search path of the caller", "alter function app.find_tenant reset search_path", "runs with its owner's rights on a search path of the caller", "app.find_tenant(text)"],
  ["a search path that looks in public", "alter function app.find_tenant set search_path = public", "runs with its owner's rights on a search path of the caller", "app.find_tenant(text)"],
  ["the owner's rights for everyone", "grant execute on function app.find_tenant to public", "runs with its owner's rights for everyone", "app.find_tenant(text)"],
  ["a tenant believed without the owner", "alter function app.actor() security invoker", "is listed as running with its owner's rights but does not", "app.actor()"],
  ["a leakproof function", "reset role; create function app.planted() returns int language sql leakproof return 1; alter function app.planted owner to plumb_owner", "is marked leakproof, so it runs before the policies", "app.planted()"],
  ["a function whose setting may be missing", "create function app.planted() returns text language plpgsql as $$ begin return current_setting( 'app.ctx' , true ); end $$", "reads a setting that may be missing", "app.planted()"],
  ["a default whose setting may be missing", good("primary key (tenant_id, id), who text default current_setting('app.who', true)"), "reads a setting that may be missing"],
  ["money in 32 bits", good("primary key (tenant_id, id), total_minor int"), "keeps total_minor as integer, and minor units are bigint"],
  ["money with decimals", good("primary key (tenant_id, id), total_minor numeric"), "keeps total_minor as numeric, and minor units are bigint"],
  ["a floating point", good("primary key (tenant_id, id), hours double precision"), "keeps hours as double precision, which does not count exactly"],
  ["an array of floating points", good("primary key (tenant_id, id), hours real[]"), "keeps hours as real, which does not count exactly"],
];

it.each(planted)("catches %s", async (_name, sql, fault, relation = "public.planted") => {
  const { admin } = database.current;
  await admin.query("begin");
  try {
    await admin.query(`set local role plumb_owner; ${sql}`);
    expect(await catalogueFaults(asAdmin)).toContainEqual({ relation, fault });
  } finally {
    await admin.query("rollback");
  }
});

it("finds nothing in a table of the right form, so that each case above is caught for its own fault", async () => {
  const { admin } = database.current;
  await admin.query("begin");
  try {
    await admin.query(`set local role plumb_owner; ${good()}`);
    expect(await catalogueFaults(asAdmin)).toEqual([]);
  } finally {
    await admin.query("rollback");
  }
});
