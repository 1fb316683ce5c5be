import { billingRunWire, startBillingRunInput } from "@plumbline/contract/billing-run";
import { startBillingRun } from "@plumbline/operations/billing-runs/start-billing-run";
import { write } from "../../route.ts";
import { knownRun } from "./find-billing-run.ts";

export const createBillingRun = write({
  path: "/v1/billing-runs",
  summary: "Draft invoices from the approved work of a period",
  needs: "billing.run",
  body: startBillingRunInput,
  answers: { status: 201, body: billingRunWire },
  location: ({ id }) => `/v1/billing-runs/${id}`,
  problems: ["billing-run-in-progress", "policy-missing"],
  handle: async ({ scope, body }) => knownRun(scope, { billingRunId: await startBillingRun(scope, body) }),
});
