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
  const bundleHash = await currentBundle(scope);
  const id = scope.newId<"billing-run">();
  // Of two who start at once the index lets one: whoever comes second waits for the first to commit, and finds it open.
  const started = await insertRows(
    scope.tx,
    "billing_runs",
    [period],
    {
      id: ["uuid", () => id],
      period_start: ["date", ({ start }) => start],
      period_end: ["date", ({ end }) => end],
      bundle_hash: ["text", () => bundleHash],
    },
    { suffix: "on conflict (tenant_id) where state in ('queued', 'running') do nothing returning id" },
  );
  if (started.length === 0) throw await inProgress(scope);
  await scope.emit([{ name: "billing_run.started", subjectId: id, data: {} }]);
  await scope.audit([{ action: "billing_run.started", subjectId: id, bundleHash }]);
  return id;
}

async function inProgress(scope: Scope): Promise<Problem> {
  const [open] = await query<{ id: string }>(
    scope.tx,
    "select id from billing_runs where state in ('queued', 'running')",
  );
  return new Problem("billing-run-in-progress", { extra: { billingRunId: open?.id } });
}
