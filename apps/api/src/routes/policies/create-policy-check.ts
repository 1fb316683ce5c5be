import { policyCheckInput, policyCheckWire } from "@plumbline/contract/policy";
import { checkPolicies } from "@plumbline/operations/policies/check-policies";
import { write } from "../../route.ts";

export const createPolicyCheck = write({
  path: "/v1/policy-checks",
  summary:
    "Try a firm's own policies: compile them, run their cases, and compare them with what is in force; nothing is kept",
  needs: "policy.propose",
  body: policyCheckInput,
  answers: { status: 200, body: policyCheckWire },
  problems: ["policy-invalid", "policy-missing"],
  handle: async ({ scope, body }) => checkPolicies(scope, body),
});
