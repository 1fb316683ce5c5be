import { z } from "zod";
import { pageOf, pageQuery } from "@plumbline/contract/page";
import { policyProposalWire } from "@plumbline/contract/policy";
import { listPolicyProposals as list } from "@plumbline/operations/policies/list-policy-proposals";
import { read } from "../../route.ts";

export const listPolicyProposals = read({
  path: "/v1/policy-proposals",
  summary: "List policies that were proposed, newest first",
  needs: "invoice.read",
  query: z.strictObject(pageQuery),
  answers: pageOf(policyProposalWire),
  problems: [],
  handle: async ({ scope, query }) => list(scope, query),
});
