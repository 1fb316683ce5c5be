import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** What can happen to a request after it wrote: it ends well, or in one of the ways that leave a connection in some state. */
export type Fate = {
  readonly name: string;
  /** How often it comes, against 1 of the others. */
  readonly weight: number;
  /** Whether what the request wrote is there afterwards. */
  readonly keeps: boolean;
  readonly befall: (tx: TenantTx, admin: pg.Client) => Promise<unknown>;
};

const fails = (name: string, befall: Fate["befall"]): Fate => ({ name, weight: 1, keeps: false, befall });
const ends = (name: string, befall: Fate["befall"]): Fate => ({ name, weight: 1, keeps: true, befall });
/** Sent once the connection sleeps, and only then: a signal that is early is lost, and a second one would meet the next statement. */
const fromOutside = (how: "pg_cancel_backend" | "pg_terminate_backend") => async (tx: TenantTx, admin: pg.Client) => {
  const { rows } = await tx.raw<{ rows: { pid: number }[] }>("select pg_backend_pid() as pid");
  let over = false;
  const asleep = tx.raw("select pg_sleep(60)").finally(() => (over = true));
  const signals = async () => {
    while (!over) {
      await sleep(signalEveryMs);
      const { rowCount } = await admin.query(
        `select ${how}(pid) from pg_stat_activity where pid = $1 and state = 'active' and query like '%pg_sleep%'`,
        [rows[0]?.pid],
      );
      if (rowCount === 1) break;
    }
  };
  await Promise.all([asleep, signals()]);
};

const signalEveryMs = 2;

export const fates: readonly Fate[] = [
  { ...ends("nothing", async () => undefined), weight: 12 },
  ends("a savepoint rolled back", (tx) =>
    tx
      .transaction(async (inner) => {
        await inner.raw("select set_config('app.ctx', 'forged', true)");
        throw new Error("planted");
      })
      .catch(() => undefined),
  ),
  ends("a query nobody waits for", async (tx) => void tx.raw("select pg_sleep(0.001)").catch(() => undefined)),
  ends("a prepared statement left", (tx) =>
    tx.raw("deallocate all; prepare left_over as select tenant_id from memberships"),
  ),
  ends("a cursor left", (tx) => tx.raw("declare left_over no scroll cursor for select tenant_id from memberships")),
  fails("an error in the code", () => Promise.reject(new Error("planted"))),
  fails("an error in SQL", (tx) => tx.raw("select 1 / 0")),
  fails("an error, and on", async (tx) => {
    await tx.raw("select 1 / 0").catch(() => undefined);
    await tx.raw("select 1");
  }),
  fails("an error that the code passes over", (tx) => tx.raw("select 1 / 0").catch(() => undefined)),
  fails("a timeout", (tx) => tx.raw("set local statement_timeout = 1; select pg_sleep(1)")),
  fails("a cancel from inside", (tx) => tx.raw("select pg_cancel_backend(pg_backend_pid()), pg_sleep(1)")),
  fails("a cancel from outside", fromOutside("pg_cancel_backend")),
  { ...fails("the connection's end", fromOutside("pg_terminate_backend")), weight: 0.1 },
  fails("a rollback in SQL", (tx) => tx.raw("rollback")),
];
