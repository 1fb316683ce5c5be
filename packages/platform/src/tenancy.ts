import { createHmac } from "node:crypto";
import knexFactory, { type Knex } from "knex";
import pg from "pg";
import type { ActorId, TenantId } from "@plumbline/domain/id";

/** Who acts where; signed, so that the database can believe it. */
export type Context = { readonly tenantId: TenantId; readonly actorId: ActorId };

/** The key a context is signed with; the database holds the same bytes under the same id. */
export type ContextKey = { readonly id: number; readonly secret: Buffer };

/** Connections of the runtime role, which owns nothing and cannot bypass row-level security. */
export type TenantPool = { readonly knex: Knex; readonly sign: (context: Context) => string };

declare const scoped: unique symbol;

/** A transaction that can see one tenant's rows. Stores accept this and nothing wider. */
export type TenantTx = Knex.Transaction & { readonly [scoped]: TenantId };

const contextLifetimeSeconds = 3600;
const oidOfDate = 1082;
// A local date is a date: the driver's default would make it an instant in the server's zone.
pg.types.setTypeParser(oidOfDate, (text) => text);

export function openTenantPool(appUrl: string, key: ContextKey, options: { connectionsMax: number }): TenantPool {
  const knex = knexFactory({
    client: "pg",
    connection: { connectionString: appUrl, application_name: "plumbline" },
    pool: { min: 0, max: options.connectionsMax },
  });
  return { knex, sign: (context) => signContext(context, key) };
}

/**
 * Runs `work` in a transaction bound to one tenant.
 *
 * PostgreSQL enforces the binding: the pool's role cannot bypass row-level security, the context is a short-lived
 * signed token that SQL verifies (so injected SQL cannot switch tenant), and it dies with the transaction, so a
 * pooled connection never carries a tenant over. Nothing here calls the network; a slow vendor must not hold a lock.
 */
export async function inTenant<T>(
  pool: TenantPool,
  context: Context,
  work: (tx: TenantTx) => Promise<T>,
  options: { isolation?: "repeatable read" } = {},
): Promise<T> {
  return pool.knex.transaction(
    async (tx) => {
      // Always a bind parameter: a literal could be read in pg_stat_activity by another session of the role.
      // Asked for at once, because a query on an empty table may be answered without looking at the context.
      await tx.raw("select set_config('app.ctx', ?, true), app.tenant()", [pool.sign(context)]);
      let failed = false;
      tx.on("query-error", () => (failed = true));
      const result = await work(tx as TenantTx);
      await refuseBroken(tx, { failed });
      return result;
    },
    options.isolation === undefined ? {} : { isolationLevel: options.isolation, readOnly: true },
  );
}

/**
 * PostgreSQL answers the commit of a broken transaction with a rollback and no error, so whoever passed over a failed
 * statement would be told that their work is kept.
 */
async function refuseBroken(tx: Knex.Transaction, { failed }: { readonly failed: boolean }): Promise<void> {
  // A failure is told before the state it leaves, and asking for anything fails when it left a broken one.
  if (failed) await tx.raw("select");
  const { client } = tx as { client: { acquireConnection: () => Promise<pg.Client> } }; // The transaction's own connection.
  if ((await client.acquireConnection()).getTransactionStatus() !== "T") {
    throw new Error("nothing is kept: the transaction ended before its work did");
  }
}

/** Finds a tenant by its slug: the one question that can be asked before a tenant is known. */
export async function findTenant(pool: TenantPool, slug: string): Promise<TenantId | undefined> {
  const { rows } = await pool.knex.raw<{ rows: { id: TenantId | null }[] }>("select app.find_tenant(?) as id", [slug]);
  return rows[0]?.id ?? undefined;
}

/** Acts while it is still being found out who does: reads memberships, and prepares nothing. */
export const nobody = "00000000-0000-0000-0000-000000000000" as ActorId;

function signContext({ tenantId, actorId }: Context, key: ContextKey): string {
  const expiresAt = Math.floor(Date.now() / 1000) + contextLifetimeSeconds;
  const body = `${tenantId}|${actorId}|${expiresAt}|${key.id}`;
  return `${body}|${createHmac("sha256", key.secret).update(body).digest("hex")}`;
}
