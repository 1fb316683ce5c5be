import type { Period } from "@plumbline/domain/calendar/period";
import type { BillingRunId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { currentBundle } from "../policies/policy-bundles.ts";
import { finishRun } from "./billing-run-store.ts";

/** The final bill is a run of its own, so that no other drafts the same work meanwhile. */
export async function startFinalRun(scope: Scope, { start, end }: Period): Promise<BillingRunId> {
  const id = scope.newId<"billing-run">();
  const bundleHash = await currentBundle(scope);
  const started = await insertRows(
    scope.tx,
    "billing_runs",
    [id],
    {
      id: ["uuid", (each) => each],
      period_start: ["date", () => start],
      period_end: ["date", () => end],
      bundle_hash: ["text", () => bundleHash],
    },
    {
      constants: { state: "'running'" },
      suffix: "on conflict (tenant_id) where state in ('queued', 'running') do nothing returning id",
    },
  );
  if (started.length === 0) throw new Problem("billing-run-in-progress");
  return id;
}

/** Nothing waits for its work any more. */
export const endFinalRun = ({ tx }: Scope, id: BillingRunId): Promise<void> => finishRun(tx, id, "done");
