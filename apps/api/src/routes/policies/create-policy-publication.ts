import { policyProposalParams, policyPublicationWire } from "@plumbline/contract/policy";
import { showPublication } from "@plumbline/operations/policies/list-policy-publications";
import { publishPolicies } from "@plumbline/operations/policies/publish-policies";
import { write } from "../../route.ts";

export const createPolicyPublication = write({
  path: "/v1/policy-proposals/:policyProposalId/publication",
  summary: "Put proposed policies into force, as another person than proposed them, after a dry run",
  needs: "policy.publish",
  params: policyProposalParams,
  answers: { status: 201, body: policyPublicationWire },
  keep: "forever",
  problems: ["policy-proposal-not-found", "duties-not-separate", "policy-publication-refused"],
  handle: async ({ scope, params }) => showPublication(scope, await publishPolicies(scope, params)),
});
