import { policyDryRunInput, policyDryRunWire, policyProposalParams } from "@plumbline/contract/policy";
import { dryRunPolicies } from "@plumbline/operations/policies/dry-run-policies";
import { findPolicyDryRun } from "@plumbline/operations/policies/find-policy-dry-run";
import { write } from "../../route.ts";

export const createPolicyDryRun = write({
  path: "/v1/policy-proposals/:policyProposalId/dry-runs",
  summary: "Judge past invoices by proposed policies, beside those in force: what would be blocked, what would pass",
  needs: "policy.propose",
  params: policyProposalParams,
  body: policyDryRunInput,
  answers: { status: 201, body: policyDryRunWire },
  location: ({ id }) => `/v1/policy-dry-runs/${id}`,
  problems: ["policy-proposal-not-found", "policy-dry-run-refused"],
  handle: async ({ scope, params, body }) =>
    findPolicyDryRun(scope, { policyDryRunId: await dryRunPolicies(scope, { ...params, ...body }) }),
});
