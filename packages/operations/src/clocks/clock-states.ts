import type { Owner } from "@plumbline/domain/clock/step";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { type ClockId, clockColumns, type ClockRow, type PauseRow } from "./clock-store.ts";
import { loadPlanner } from "./clock-planner.ts";

/** A clock that runs, with on whom it waits and until when. */
export type ClockState<Row extends ClockRow = ClockRow> = {
  readonly row: Row;
  readonly owner: Owner;
  readonly dueAt: Date | undefined;
  readonly paused: PauseRow | undefined;
};

/** Says until when clocks run; of those that no keeper has seen yet it reckons it, as the keeper will. */
export async function clockStates<Row extends ClockRow>(
  tx: TenantTx,
  rows: readonly Row[],
  now: Date,
): Promise<readonly ClockState<Row>[]> {
  const isSeen = (row: Row) => row.owner !== null && (row.due_at !== null || pausedBy(row) !== undefined);
  const plan = rows.every(isSeen) ? undefined : await loadPlanner(tx);
  return rows.map((row) => {
    const paused = pausedBy(row);
    if (plan === undefined || isSeen(row)) {
      return { row, owner: row.owner ?? "platform", dueAt: row.due_at ?? undefined, paused };
    }
    const { owner, dueAt } = plan(row, now);
    return { row, owner, dueAt, paused };
  });
}

const pausedBy = ({ pauses }: ClockRow): PauseRow | undefined => pauses?.find(({ until }) => until === null);

type Condition = { readonly where: string; readonly values: readonly unknown[] };

/** SQL with its values: whether a clock `c` has run out, also one that no keeper has seen yet. */
export async function runOutSql(tx: TenantTx, now: Date): Promise<Condition> {
  const unseen = await query<ClockRow>(
    tx,
    `select ${clockColumns} from clocks c where c.due_at is null and c.next_at is not null and c.stopped_at is null`,
  );
  const late = (await clockStates(tx, unseen, now)).filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
  const ids: readonly ClockId[] = late.map(({ row }) => row.id);
  return { where: "c.stopped_at is null and (c.due_at <= ? or c.id = any(?))", values: [now, ids] };
}

/** The same of the clocks of an invoice `i`. */
export async function lateSql(tx: TenantTx, now: Date): Promise<Condition> {
  const { where, values } = await runOutSql(tx, now);
  return { where: `i.id in (select c.invoice_id from clocks c where c.invoice_id is not null and ${where})`, values };
}
