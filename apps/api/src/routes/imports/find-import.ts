import { z } from "zod";
import { importWire } from "@plumbline/contract/import";
import { id } from "@plumbline/contract/scalar";
import { findImport as importOf } from "@plumbline/operations/imports/find-import";
import { read } from "../../route.ts";

export const findImport = read({
  path: "/v1/imports/:importId",
  summary: "Find an import and how far it is",
  needs: "import.run",
  params: z.strictObject({ importId: id<"import">() }),
  answers: importWire,
  problems: ["import-not-found"],
  handle: async ({ scope, params }) => importOf(scope, params),
});
