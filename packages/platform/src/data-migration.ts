import type { Knex } from "knex";
import type { Log } from "./log.ts";

export type DataMigration = {
  readonly table: string;
  /** Why every tenant's rows are touched at once; written to the log. */
  readonly reason: string;
  readonly work: (tx: Knex.Transaction) => Promise<unknown>;
  /** Rows of the table that `work` inserts, updates and deletes together: counted by PostgreSQL, not by `work`. */
  readonly expectedRows: number;
};

const lockTimeoutMs = 5_000;

/**
 * The one door for changing rows of all tenants at once. Under forced row-level security the owner sees no rows, so a
 * plain backfill succeeds and changes nothing; here the wall of one table is down for one transaction, and the count of
 * rows is asserted. Waits five seconds for the table at most, then gives up rather than queue the runtime behind it.
 *
 * @throws Error when the connection is not the owner's, the table is not behind the wall, or the count differs; nothing
 *   is changed then
 */
export async function migrateData(owner: Knex, migration: DataMigration, log: Log): Promise<void> {
  const { table, reason, work, expectedRows } = migration;
  await owner.transaction(async (tx) => {
    await refuseOthers(tx, table);
    await tx.raw(`set local lock_timeout = ${lockTimeoutMs}`);
    await tx.raw("lock table ?? in access exclusive mode", [table]);
    const before = await tuplesChanged(tx, table);
    await tx.raw("alter table ?? no force row level security", [table]);
    await work(tx);
    // A table with deferred checks still to run cannot be altered.
    await tx.raw("set constraints all immediate");
    await tx.raw("alter table ?? force row level security", [table]);
    const rows = (await tuplesChanged(tx, table)) - before;
    if (rows !== expectedRows) {
      throw new Error(`${expectedRows} rows of ${table} were to change, but ${rows} did; all is as it was before.`);
    }
  });
  log.info("data migration", { table, reason, rows: expectedRows });
}

async function refuseOthers(tx: Knex.Transaction, table: string): Promise<void> {
  const { rows } = await tx.raw<{ rows: { role: string; owned: boolean; forced: boolean }[] }>(
    `select current_user as role, pg_get_userbyid(relowner) = current_user as owned,
            relrowsecurity and relforcerowsecurity as forced
       from pg_class where oid = to_regclass(?)`,
    [table],
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`There is no table ${table}.`);
  if (found.role !== "plumb_owner" || !found.owned) {
    throw new Error(`Data migrations run as plumb_owner, which owns the tables, and not as ${found.role}.`);
  }
  if (!found.forced) throw new Error(`${table} is not behind forced row-level security; mend that first.`);
}

/** What this transaction has changed so far, by PostgreSQL's own statistics. */
async function tuplesChanged(tx: Knex.Transaction, table: string): Promise<number> {
  const { rows } = await tx.raw<{ rows: { changed: number }[] }>(
    `select (pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
             + pg_stat_get_xact_tuples_deleted(oid))::int as changed
       from pg_class where oid = to_regclass(?)`,
    [table],
  );
  return (rows[0] as { changed: number }).changed;
}
