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
  const [cancelled] = await query<{ id: string }>(
    scope.tx,
    `update billing_runs set cancel_requested = true,
            state = case when state = 'queued' then 'cancelled' else state end,
            finished_at = case when state = 'queued' then now() end
      where id = ? and state in ('queued', 'running') returning id`,
    [input.billingRunId],
  );
  if (cancelled === undefined) throw await refusal(scope, input.billingRunId);
  await scope.audit([{ action: "billing_run.cancel_requested", subjectId: cancelled.id }]);
}

async function refusal(scope: Scope, id: string): Promise<Problem> {
  const run = await findRun(scope.tx, id);
  if (run === undefined) return new Problem("billing-run-not-found");
  return new Problem("billing-run-move-refused", { detail: `A run that is ${run.state} cannot be cancelled.` });
}
