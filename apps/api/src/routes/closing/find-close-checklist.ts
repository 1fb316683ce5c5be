import { checklistParams, checklistQuery, closeChecklistWire } from "@plumbline/contract/closing";
import { findChecklist } from "@plumbline/operations/closing/find-checklist";
import { read } from "../../route.ts";

export const findCloseChecklist = read({
  path: "/v1/legal-entities/:legalEntityId/close-checklist",
  summary: "Show what stands open at the end of a month, and whether documents and ledger agree",
  needs: "receivable.read",
  params: checklistParams,
  query: checklistQuery,
  answers: closeChecklistWire,
  problems: ["legal-entity-not-found"],
  handle: async ({ scope, params, query }) => findChecklist(scope, { ...params, ...query }),
});
