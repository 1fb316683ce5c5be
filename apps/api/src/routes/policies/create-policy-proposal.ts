import { policyProposalDetailWire, policyProposalInput } from "@plumbline/contract/policy";
import { findPolicyProposal } from "@plumbline/operations/policies/list-policy-proposals";
import { proposePolicies } from "@plumbline/operations/policies/propose-policies";
import { write } from "../../route.ts";

export const createPolicyProposal = write({
  path: "/v1/policy-proposals",
  summary: "Propose a firm's own policies; nothing is in force before somebody else publishes them",
  needs: "policy.propose",
  body: policyProposalInput,
  answers: { status: 201, body: policyProposalDetailWire },
  location: ({ id }) => `/v1/policy-proposals/${id}`,
  problems: ["policy-invalid", "policy-missing", "policy-proposal-refused"],
  handle: async ({ scope, body }) =>
    findPolicyProposal(scope, { policyProposalId: await proposePolicies(scope, body) }),
});
