import type { Period } from "@plumbline/domain/calendar/period";
import type { BillingRunId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { currentBundle } from "../policies/policy-bundles.ts";

/**
 * Queues a billing run for a period, under the policies published now. The worker picks it up by its event.
 *
 * @throws Problem `permission-missing` | `period-invalid` | `billing-run-in-progress` | `policy-missing`
 */
export async function startBillingRun(scope: Scope, input: { readonly period: Period }): Promise<BillingRunId> {
  demand(scope, "billing.run");
  const { period } = input;
  if (period.start >= period.end) {
    throw new Problem("period-invalid", { detail: `A period from ${period.start} to ${period.end} holds no day.` });
  }
  const [open] = await query<{ id: string }>(
    scope.tx,
    "select id from billing_runs where state in ('queued', 'running') for update",
  );
  if (open !== undefined) throw new Problem("billing-run-in-progress", { extra: { billingRunId: open.id } });

  const bundleHash = await currentBundle(scope);
  const id = scope.newId<"billing-run">();
  await insertRows(scope.tx, "billing_runs", [input], {
    id: ["uuid", () => id],
    period_start: ["date", () => period.start],
    period_end: ["date", () => period.end],
    bundle_hash: ["text", () => bundleHash],
  });
  await scope.emit([{ name: "billing_run.started", subjectId: id, data: {} }]);
  await scope.audit([{ action: "billing_run.started", subjectId: id, bundleHash }]);
  return id;
}
