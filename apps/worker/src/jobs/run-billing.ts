import { events } from "@plumbline/contract/events";
import { findBillingRun } from "@plumbline/operations/billing-runs/find-billing-run";
import { runBilling as runBillingOperation } from "@plumbline/operations/billing-runs/run-billing";
import { job } from "../job.ts";

/** Executes a billing run that was started. Run again, it goes on where it stopped, or finds nothing to do. */
export const runBilling = job({
  name: "run-billing",
  lane: "billing",
  actor: "billing-runner",
  event: events["billing_run.started"],
  // Enough for a run whose worker died: its lease must end before another may take it.
  attempts: 12,
  async run(_, { inScope, subjectId, signal }) {
    await runBillingOperation(inScope, { billingRunId: subjectId, signal });
    const run = await inScope((scope) => findBillingRun(scope, { billingRunId: subjectId }));
    if (run?.state === "running") throw new Error("another worker holds this run, or fell silent with it");
  },
});
