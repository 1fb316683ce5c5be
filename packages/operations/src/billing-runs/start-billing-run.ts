import type { Period } from "@plumbline/domain/calendar/period";
import type { BillingRunId } from "@plumbline/domain/id";
import type { PolicyBundle } from "@plumbline/domain/policy/evaluate";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { saveBundle } from "../policies/policy-bundles.ts";

/**
 * Queues a billing run for a period. The worker picks it up by its event.
 *
 * @throws Problem `permission-missing` | `period-invalid` | `billing-run-in-progress`
 */
export async function startBillingRun(
  scope: Scope,
  input: { readonly period: Period; readonly bundle: PolicyBundle },
): Promise<BillingRunId> {
  demand(scope, "billing.run");
  const { period, bundle } = input;
  if (period.start >= period.end) {
    throw new Problem("period-invalid", { detail: `A period from ${period.start} to ${period.end} holds no day.` });
  }
  const [open] = await query<{ id: string }>(
    scope.tx,
    "select id from billing_runs where state in ('queued', 'running') for update",
  );
  if (open !== undefined) throw new Problem("billing-run-in-progress", { extra: { billingRunId: open.id } });

  await saveBundle(scope, bundle);
  const id = scope.newId<"billing-run">();
  await insertRows(scope.tx, "billing_runs", [input], {
    id: ["uuid", () => id],
    period_start: ["date", () => period.start],
    period_end: ["date", () => period.end],
    bundle_hash: ["text", () => bundle.hash],
  });
  await scope.emit([{ name: "billing_run.started", subjectId: id, data: {} }]);
  await scope.audit([{ action: "billing_run.started", subjectId: id, bundleHash: bundle.hash }]);
  return id;
}
