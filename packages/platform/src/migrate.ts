import { fileURLToPath } from "node:url";
import knexFactory, { type Knex } from "knex";
import pg from "pg";
import { stageWaits } from "@plumbline/domain/clock/waits";
import { stagePairs } from "@plumbline/domain/invoice/lifecycle";
import { type DatabaseSecrets, ensureRoles, lockDatabase } from "./database-roles.ts";

const migrationsFolder = fileURLToPath(new URL("../../../migrations", import.meta.url));

/** Addresses derived from the admin address: same server and database, weaker roles. */
export type RuntimeAddresses = { readonly appUrl: string; readonly relayUrl: string };

/**
 * Brings a database to the newest schema: roles, grants, migrations, and what the database is fed from code.
 * Safe to run at every start, and by two processes at once (the second waits).
 *
 * @param adminUrl used here alone; the runtime never sees it
 * @returns how many migrations ran, and the addresses of the runtime roles
 */
export async function prepareDatabase(input: {
  readonly adminUrl: string;
  readonly secrets: DatabaseSecrets;
}): Promise<RuntimeAddresses & { readonly migrated: number }> {
  const { adminUrl, secrets } = input;
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    await ensureRoles(admin, secrets);
    await lockDatabase(admin);
  } finally {
    await admin.end();
  }

  const owner = openOwner(adminUrl);
  try {
    const [, names] = (await owner.migrate.latest()) as [number, string[]];
    await feedDatabase(owner, secrets.contextKey);
    return {
      appUrl: as(adminUrl, "plumb_app", secrets.appPassword),
      relayUrl: as(adminUrl, "plumb_relay", secrets.relayPassword),
      migrated: names.length,
    };
  } finally {
    await owner.destroy();
  }
}

/** A connection that acts as the owner of every object: migrations and the data-migration door only. */
export function openOwner(adminUrl: string): Knex {
  return knexFactory({
    client: "pg",
    connection: { connectionString: adminUrl, options: "-c role=plumb_owner", application_name: "plumbline-migrate" },
    pool: { min: 0, max: 1 },
    migrations: {
      directory: migrationsFolder,
      loadExtensions: [".ts"],
      extension: "ts",
      tableName: "schema_migrations",
    },
  });
}

/** Tables in the database that repeat what code says; written after every migration so that they never drift. */
async function feedDatabase(owner: Knex, contextKey: DatabaseSecrets["contextKey"]): Promise<void> {
  const pairs = stagePairs();
  await owner.transaction(async (tx) => {
    await tx.raw("delete from app.invoice_moves");
    await tx.raw("insert into app.invoice_moves select * from unnest(?::text[], ?::text[])", [
      pairs.map((pair) => pair.from),
      pairs.map((pair) => pair.to),
    ]);
    await tx.raw("delete from app.stage_waits");
    await tx.raw("insert into app.stage_waits select * from unnest(?::text[], ?::text[])", [
      stageWaits.map(({ stage }) => stage),
      stageWaits.map(({ wait }) => wait),
    ]);
    await tx.raw("insert into app_private.context_keys values (?, decode(?, 'hex')) on conflict (key_id) do nothing", [
      contextKey.id,
      contextKey.secret,
    ]);
  });
}

function as(adminUrl: string, role: string, password: string): string {
  const url = new URL(adminUrl);
  url.username = role;
  url.password = password;
  return url.href;
}
