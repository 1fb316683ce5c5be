import { runMigrations } from "bullmq";
import pg from "pg";

/**
 * Gives the queue a database of its own, for when there is no Redis: hints then never share tables, connections or
 * rights with what they hint at. Its role owns that database and may enter no other of ours; ours may not enter it.
 * Safe to run at every start, and by two processes at once.
 *
 * @param input.adminUrl of the server the application's database is on; used here alone
 * @param input.password of the role, so that a second process on the same server does not lock the first one out
 * @param input.database and `role`: other names, when a server carries more than one queue
 * @returns the address for `openQueue`
 */
export async function prepareQueueDatabase(input: {
  readonly adminUrl: string;
  readonly password: string;
  readonly database?: string;
  readonly role?: string;
}): Promise<string> {
  const { adminUrl, password, database = "plumbline_queue", role = "plumb_queue" } = input;
  await onServer(adminUrl, async (admin) => {
    // Creating a database cannot be rolled back, so a lock and not a transaction keeps two starts apart.
    await admin.query("select pg_advisory_lock(7240002)");
    await ensureRole(admin, role, password);
    const { rowCount } = await admin.query("select from pg_database where datname = $1", [database]);
    const name = admin.escapeIdentifier(database);
    if (!rowCount) await admin.query(`create database ${name} owner ${admin.escapeIdentifier(role)}`);
    await admin.query(`revoke all on database ${name} from public`);
  });
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  url.username = role;
  url.password = password;
  await onServer(url.href, (owner) => runMigrations(owner));
  return url.href;
}

async function ensureRole(admin: pg.Client, role: string, password: string): Promise<void> {
  const { rowCount } = await admin.query("select from pg_roles where rolname = $1", [role]);
  const name = admin.escapeIdentifier(role);
  await admin.query(
    `${rowCount ? "alter" : "create"} role ${name} login nosuperuser nocreatedb nocreaterole nobypassrls ` +
      `password ${admin.escapeLiteral(password)}`,
  );
  // Making somebody the owner of a database needs membership, unless one is superuser.
  await admin.query(`grant ${name} to current_user`);
}

async function onServer(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end(); // Gives back the advisory lock as well.
  }
}
