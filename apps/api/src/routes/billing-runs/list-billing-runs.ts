import { z } from "zod";
import { billingRunFilter, billingRunWire } from "@plumbline/contract/billing-run";
import { pageOf } from "@plumbline/contract/page";
import { listBillingRuns as runsOf } from "@plumbline/operations/billing-runs/list-billing-runs";
import { read } from "../../route.ts";

export const listBillingRuns = read({
  path: "/v1/billing-runs",
  summary: "List billing runs, newest first",
  needs: "invoice.read",
  query: z.strictObject(billingRunFilter),
  answers: pageOf(billingRunWire),
  problems: [],
  handle: async ({ scope, query }) => runsOf(scope, query),
});
