import { z } from "zod";
import { billingRunWire } from "@plumbline/contract/billing-run";
import { id } from "@plumbline/contract/scalar";
import { cancelBillingRun } from "@plumbline/operations/billing-runs/cancel-billing-run";
import { write } from "../../route.ts";
import { knownRun } from "./find-billing-run.ts";

export const createCancellation = write({
  path: "/v1/billing-runs/:billingRunId/cancellation",
  summary: "Stop a billing run; the drafts it made stay",
  needs: "billing.run",
  params: z.strictObject({ billingRunId: id<"billing-run">() }),
  answers: { status: 200, body: billingRunWire },
  problems: ["billing-run-not-found", "billing-run-move-refused"],
  handle: async ({ scope, params }) => {
    await cancelBillingRun(scope, params);
    return knownRun(scope, params);
  },
});
