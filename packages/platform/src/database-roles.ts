import { randomBytes } from "node:crypto";
import type pg from "pg";

/** Passwords of the roles that log in, and the key that contexts are signed with. Kept outside the database. */
export type DatabaseSecrets = {
  readonly migratorPassword: string;
  readonly appPassword: string;
  readonly relayPassword: string;
  readonly contextKey: { readonly id: number; readonly secret: string };
};

/** Fresh secrets; the key id is random so that two installations on one server never share one by accident. */
export const newDatabaseSecrets = (): DatabaseSecrets => ({
  migratorPassword: randomBytes(24).toString("base64url"),
  appPassword: randomBytes(24).toString("base64url"),
  relayPassword: randomBytes(24).toString("base64url"),
  contextKey: { id: randomBytes(4).readUInt32BE() >>> 1, secret: randomBytes(32).toString("hex") },
});

/**
 * Creates the four roles of the server, or brings them back to what they should be. Needs a role that may create roles.
 *
 * `plumb_owner` owns every object and cannot log in; `plumb_migrator` acts as it; `plumb_app` and `plumb_relay` own
 * nothing and cannot bypass row-level security.
 */
export async function ensureRoles(admin: pg.Client, secrets: DatabaseSecrets): Promise<void> {
  const logins = [
    ["plumb_migrator", secrets.migratorPassword],
    ["plumb_app", secrets.appPassword],
    ["plumb_relay", secrets.relayPassword],
  ] as const;
  await admin.query("select pg_advisory_lock(7240001)");
  try {
    const { rows } = await admin.query<{ rolname: string }>("select rolname from pg_roles where rolname ~ '^plumb_'");
    const known = new Set(rows.map((row) => row.rolname));
    if (!known.has("plumb_owner")) await admin.query("create role plumb_owner nologin");
    for (const [role, password] of logins) {
      // A new role can do nothing by default. Only a superuser may say so again of an old one; the runtime checks it at boot.
      const verb = known.has(role) ? "alter" : "create";
      await admin.query(`${verb} role ${role} login password ${admin.escapeLiteral(password)}`);
    }
    await admin.query("grant plumb_owner to plumb_migrator");
    await admin.query("grant plumb_owner to current_user");
  } finally {
    await admin.query("select pg_advisory_unlock(7240001)");
  }
}

/** Takes from everyone what a database grants by default. Grants on a database are not copied from its template. */
export async function lockDatabase(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>("select quote_ident(current_database()) as name");
  const name = rows[0]?.name;
  await admin.query(`revoke all on database ${name} from public`);
  await admin.query(`grant connect on database ${name} to plumb_app, plumb_relay, plumb_migrator`);
  await admin.query(`grant create on database ${name} to plumb_owner`);
  await admin.query("revoke all on schema public from public");
  await admin.query("grant usage on schema public to plumb_app, plumb_relay");
  await admin.query("grant usage, create on schema public to plumb_owner");
  await admin.query("create schema if not exists extensions");
  await admin.query("create extension if not exists pgcrypto with schema extensions");
  await admin.query("grant usage on schema extensions to plumb_owner");
}

/**
 * Refuses to run as a role that could walk through the wall.
 *
 * @throws Error naming what the role can do that it must not
 */
export async function refuseStrongRole(
  query: (sql: string) => Promise<readonly Record<string, unknown>[]>,
): Promise<void> {
  const [row] = await query(`
    select current_user as role, r.rolsuper as superuser, r.rolbypassrls as "bypasses row-level security",
           r.rolreplication as "reads the write-ahead log",
           r.rolcreaterole as "creates roles", r.rolcreatedb as "creates databases",
           pg_has_role(current_user, 'plumb_owner', 'member') as "acts as the owner",
           exists (select 1 from pg_auth_members m where m.member = r.oid) as "is a member of other roles",
           has_database_privilege(current_database(), 'create') as "creates schemas",
           has_database_privilege(current_database(), 'temporary') as "creates temporary tables",
           exists (select 1 from pg_namespace n where n.nspname in ('public', 'app', 'app_private', 'extensions')
                   and has_schema_privilege(n.oid, 'create')) as "creates things in schemas",
           has_schema_privilege('app_private', 'usage') as "reaches the signing keys",
           exists (select 1 from pg_class where relowner = r.oid) as "owns relations",
           -- Asked of the privilege and not of the grants, so that what everybody may counts too.
           exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
                   where n.nspname in ('public', 'app') and c.relkind in ('r', 'p')
                     and has_table_privilege(c.oid, 'delete, truncate, references, trigger'))
             as "deletes, truncates, references or hooks tables"
      from pg_roles r where r.rolname = current_user`);
  const { role, ...powers } = row ?? { role: "nobody" };
  const excess = Object.entries(powers).filter(([, held]) => held === true);
  if (excess.length > 0) {
    throw new Error(
      `The database role ${String(role)} is stronger than the runtime may be: it ${excess.map(([power]) => power).join(", ")}. ` +
        "Point DATABASE_APP_URL at plumb_app and DATABASE_RELAY_URL at plumb_relay.",
    );
  }
}
