import { policyReplayWire } from "@plumbline/contract/policy";
import { replayDecisions } from "@plumbline/operations/policies/replay-decisions";
import { read } from "../../route.ts";
import { invoiceParams } from "../invoices/invoice-params.ts";

export const findPolicyReplay = read({
  path: "/v1/invoices/:invoiceId/policy-replay",
  summary: "Rule again on an invoice by the rules and on the facts that were kept, and compare",
  needs: "invoice.read",
  params: invoiceParams,
  answers: policyReplayWire,
  problems: ["invoice-not-found"],
  handle: async ({ scope, params }) => replayDecisions(scope, params),
});
