import { policyDryRunParams, policyDryRunWire } from "@plumbline/contract/policy";
import { findPolicyDryRun as find } from "@plumbline/operations/policies/find-policy-dry-run";
import { read } from "../../route.ts";

export const findPolicyDryRun = read({
  path: "/v1/policy-dry-runs/:policyDryRunId",
  summary: "Show what proposed policies would have made of past invoices, counted and in money",
  needs: "invoice.read",
  params: policyDryRunParams,
  answers: policyDryRunWire,
  problems: ["policy-dry-run-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
