import { randomBytes } from "node:crypto";
import pg from "pg";
import { type DatabaseSecrets, lockDatabase, newDatabaseSecrets } from "@plumbline/platform/database-roles";
import { startThrowAwayPostgres } from "@plumbline/platform/embedded/postgres";
import { prepareDatabase } from "@plumbline/platform/migrate";

/** A real PostgreSQL with one migrated template: everything a test or proof clones its database from. */
export type TestServer = {
  readonly adminUrl: string;
  readonly secrets: DatabaseSecrets;
  readonly template: string;
};

/**
 * Starts a throw-away server, or uses `DATABASE_URL`'s, and migrates a template database on it.
 *
 * @param durable true keeps fsync on, for proofs that measure or break writes
 */
export async function startTestServer(
  options: { readonly durable?: boolean; readonly say?: (line: string) => void } = {},
) {
  const given = process.env["DATABASE_URL"];
  const server =
    given === undefined
      ? await startThrowAwayPostgres({ durable: options.durable ?? false, ...(options.say && { say: options.say }) })
      : { adminUrl: given, stop: async () => undefined };
  const secrets = newDatabaseSecrets();
  const template = `plumb_template_${randomBytes(4).toString("hex")}`;
  await onServer(server.adminUrl, (admin) => admin.query(`create database ${template}`));
  await prepareDatabase({ adminUrl: withDatabase(server.adminUrl, template), secrets });
  const stop = async () => {
    if (given !== undefined)
      await onServer(server.adminUrl, (admin) => admin.query(`drop database if exists ${template}`));
    await server.stop();
  };
  return { server: { adminUrl: server.adminUrl, secrets, template } satisfies TestServer, stop };
}

/** Clones the template: a few tens of milliseconds, and nobody shares it. */
export async function cloneDatabase({ adminUrl, secrets, template }: TestServer) {
  const name = `plumb_${randomBytes(6).toString("hex")}`;
  await onServer(adminUrl, (admin) => admin.query(`create database ${name} template ${template}`));
  const url = withDatabase(adminUrl, name);
  // Grants on a database are not copied from its template.
  await onServer(url, lockDatabase);
  return {
    adminUrl: url,
    appUrl: withRole(url, "plumb_app", secrets.appPassword),
    relayUrl: withRole(url, "plumb_relay", secrets.relayPassword),
    drop: () => onServer(adminUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`)),
  };
}

async function onServer(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

function withRole(url: string, role: string, password: string): string {
  const address = new URL(url);
  address.username = role;
  address.password = password;
  return address.href;
}
