import { clientMergePlanQuery, clientMergePlanWire, clientParams } from "@plumbline/contract/client";
import { planMerge } from "@plumbline/operations/clients/plan-merge";
import { read } from "../../route.ts";

export const findMergePlan = read({
  path: "/v1/clients/:clientId/merge-plan",
  summary: "Show what would move if a client were merged into another, and in what the two contradict each other",
  needs: "receivable.read",
  params: clientParams,
  query: clientMergePlanQuery,
  answers: clientMergePlanWire,
  problems: ["client-not-found", "client-merged", "client-merge-refused"],
  handle: async ({ scope, params, query }) => planMerge(scope, { mergedId: params.clientId, survivorId: query.into }),
});
