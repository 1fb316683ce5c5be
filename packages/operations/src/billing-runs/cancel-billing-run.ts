import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { findRun } from "./billing-run-store.ts";

/**
 * Asks a run to stop after the clients it is working on. Their drafts stay; the rest is left for a later run.
 *
 * @throws Problem `permission-missing` | `billing-run-not-found` | `billing-run-move-refused`
 */
export async function cancelBillingRun(scope: Scope, input: { readonly billingRunId: string }): Promise<void> {
  demand(scope, "billing.run");
  const run = await findRun(scope.tx, input.billingRunId);
  if (run === undefined) throw new Problem("billing-run-not-found");
  if (run.state !== "queued" && run.state !== "running") {
    throw new Problem("billing-run-move-refused", { detail: `A run that is ${run.state} cannot be cancelled.` });
  }
  await query(
    scope.tx,
    `update billing_runs set cancel_requested = true,
            state = case when state = 'queued' then 'cancelled' else state end,
            finished_at = case when state = 'queued' then now() end
      where id = ?`,
    [run.id],
  );
  await scope.audit([{ action: "billing_run.cancel_requested", subjectId: run.id }]);
}
