import { z } from "zod";
import { pageOf, pageQuery } from "@plumbline/contract/page";
import { policyPublicationWire } from "@plumbline/contract/policy";
import { listPolicyPublications as list } from "@plumbline/operations/policies/list-policy-publications";
import { read } from "../../route.ts";

export const listPolicyPublications = read({
  path: "/v1/policy-publications",
  summary: "List policies that came into force, the present ones first",
  needs: "invoice.read",
  query: z.strictObject(pageQuery),
  answers: pageOf(policyPublicationWire),
  problems: [],
  handle: async ({ scope, query }) => list(scope, query),
});
