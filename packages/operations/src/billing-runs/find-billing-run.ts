import type { BillingRunWire } from "@plumbline/contract/billing-run";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** @throws Problem `permission-missing` */
export async function findBillingRun(
  scope: Scope,
  input: { readonly billingRunId: string },
): Promise<BillingRunWire | undefined> {
  demand(scope, "invoice.read");
  const [row] = await query<RunRow>(scope.tx, `select ${runColumns} from billing_runs r where r.id = ?`, [
    input.billingRunId,
  ]);
  return row && toRunWire(row);
}

/**
 * The newest run of exactly this period, whatever its state.
 *
 * @throws Problem `permission-missing`
 */
export async function findBillingRunOf(
  scope: Scope,
  input: { readonly period: Period },
): Promise<BillingRunWire | undefined> {
  demand(scope, "invoice.read");
  const [row] = await query<RunRow>(
    scope.tx,
    `select ${runColumns} from billing_runs r
      where r.period_start = ? and r.period_end = ? and r.state <> 'cancelled'
      order by r.created_at desc, r.id desc limit 1`,
    [input.period.start, input.period.end],
  );
  return row && toRunWire(row);
}

export type RunRow = {
  readonly id: BillingRunWire["id"];
  readonly state: BillingRunWire["state"];
  readonly period_start: LocalDate;
  readonly period_end: LocalDate;
  readonly clients_total: number;
  readonly clients_done: number;
  readonly entries: number;
  readonly drafts: number;
  readonly cancel_requested: boolean;
  readonly failure: string | null;
  readonly started_by_name: string;
  readonly created_at: Date;
  readonly finished_at: Date | null;
};

/** For the select list, of runs named `r`. */
export const runColumns = `
  r.*, (select m.name from memberships m where m.tenant_id = r.tenant_id and m.id = r.started_by) as started_by_name`;

export const toRunWire = (row: RunRow): BillingRunWire => ({
  id: row.id,
  state: row.state,
  period: { start: row.period_start, end: row.period_end },
  clientsTotal: row.clients_total,
  clientsDone: row.clients_done,
  entries: row.entries,
  drafts: row.drafts,
  cancelRequested: row.cancel_requested,
  ...(row.failure !== null && { failure: row.failure }),
  startedBy: row.started_by_name,
  createdAt: row.created_at.toISOString(),
  ...(row.finished_at !== null && { finishedAt: row.finished_at.toISOString() }),
});
