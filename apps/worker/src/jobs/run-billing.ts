import { events } from "@plumbline/contract/events";
import { runBilling as runBillingOperation } from "@plumbline/operations/billing-runs/run-billing";
import { job } from "../job.ts";

/** Executes a billing run that was started. Run again, it goes on where it stopped, or finds nothing to do. */
export const runBilling = job({
  name: "run-billing",
  lane: "billing",
  actor: "billing-runner",
  event: events["billing_run.started"],
  attempts: 5,
  async run(_, { inScope, subjectId }) {
    await runBillingOperation(inScope, { billingRunId: subjectId });
  },
});
