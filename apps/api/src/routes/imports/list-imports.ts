import { z } from "zod";
import { importFilter, importWire } from "@plumbline/contract/import";
import { pageOf } from "@plumbline/contract/page";
import { listImports as importsOf } from "@plumbline/operations/imports/list-imports";
import { read } from "../../route.ts";

export const listImports = read({
  path: "/v1/imports",
  summary: "List imports, newest first",
  needs: "import.run",
  query: z.strictObject(importFilter),
  answers: pageOf(importWire),
  problems: [],
  handle: async ({ scope, query }) => importsOf(scope, query),
});
