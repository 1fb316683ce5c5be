import { policyProposalDetailWire, policyPublicationParams, policyRollbackInput } from "@plumbline/contract/policy";
import { findPolicyProposal } from "@plumbline/operations/policies/list-policy-proposals";
import { proposeFormerPolicies } from "@plumbline/operations/policies/propose-policies";
import { write } from "../../route.ts";

export const createPolicyRollback = write({
  path: "/v1/policy-publications/:policyPublicationId/rollback",
  summary: "Propose to go back to policies that were in force before; they are published like any others",
  needs: "policy.propose",
  params: policyPublicationParams,
  body: policyRollbackInput,
  answers: { status: 201, body: policyProposalDetailWire },
  location: ({ id }) => `/v1/policy-proposals/${id}`,
  problems: ["policy-publication-not-found", "policy-missing", "policy-proposal-refused"],
  handle: async ({ scope, params, body }) =>
    findPolicyProposal(scope, { policyProposalId: await proposeFormerPolicies(scope, { ...params, ...body }) }),
});
