import { closureChecklistWire, closureParams, closureQuery } from "@plumbline/contract/closure";
import { findClosureChecklist as find } from "@plumbline/operations/closures/find-closure-checklist";
import { read } from "../../route.ts";

export const findClosureChecklist = read({
  path: "/v1/engagements/:engagementId/closure",
  summary: "Show what stands open of an engagement or a project, whether it can be closed, and its closures",
  needs: "invoice.read",
  params: closureParams,
  query: closureQuery,
  answers: closureChecklistWire,
  problems: ["engagement-not-found"],
  handle: async ({ scope, params, query }) => find(scope, { ...params, ...query }),
});
