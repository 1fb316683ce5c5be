import { z } from "zod";
import { quarantinedRowWire, quarantineFilter } from "@plumbline/contract/import";
import { pageOf } from "@plumbline/contract/page";
import { listQuarantinedRows as rowsOf } from "@plumbline/operations/imports/list-quarantined-rows";
import { read } from "../../route.ts";

export const listQuarantinedRows = read({
  path: "/v1/quarantined-rows",
  summary: "List rows that could not be taken in, and why",
  needs: "quarantine.correct",
  query: z.strictObject(quarantineFilter),
  answers: pageOf(quarantinedRowWire),
  problems: [],
  handle: async ({ scope, query }) => rowsOf(scope, query),
});
