import { z } from "zod";
import { auditEntryWire, auditFilter } from "@plumbline/contract/audit";
import { pageOf } from "@plumbline/contract/page";
import { listAuditEntries as auditEntriesOf } from "@plumbline/operations/audit/list-audit-entries";
import { read } from "../../route.ts";

export const listAuditEntries = read({
  path: "/v1/audit-entries",
  summary: "See who did what, newest first",
  needs: "audit.read",
  query: z.strictObject(auditFilter),
  answers: pageOf(auditEntryWire),
  problems: [],
  handle: async ({ scope, query }) => auditEntriesOf(scope, query),
});
