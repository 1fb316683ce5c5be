import { policyProposalDetailWire, policyProposalParams } from "@plumbline/contract/policy";
import { findPolicyProposal as find } from "@plumbline/operations/policies/list-policy-proposals";
import { read } from "../../route.ts";

export const findPolicyProposal = read({
  path: "/v1/policy-proposals/:policyProposalId",
  summary: "Show proposed policies and what they change",
  needs: "invoice.read",
  params: policyProposalParams,
  answers: policyProposalDetailWire,
  problems: ["policy-proposal-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
