import type { Period } from "@plumbline/domain/calendar/period";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type BillingRun, findRun } from "./billing-run-store.ts";

/** @throws Problem `permission-missing` */
export async function findBillingRun(
  scope: Scope,
  input: { readonly billingRunId: string },
): Promise<BillingRun | undefined> {
  demand(scope, "invoice.read");
  return findRun(scope.tx, input.billingRunId);
}

/**
 * The newest run of exactly this period, whatever its state.
 *
 * @throws Problem `permission-missing`
 */
export async function findBillingRunOf(
  scope: Scope,
  input: { readonly period: Period },
): Promise<BillingRun | undefined> {
  demand(scope, "invoice.read");
  const [row] = await query<{ id: string }>(
    scope.tx,
    `select id from billing_runs where period_start = ? and period_end = ? and state <> 'cancelled'
      order by created_at desc, id desc limit 1`,
    [input.period.start, input.period.end],
  );
  return row && findRun(scope.tx, row.id);
}
