import { quarantineCorrectionInput, quarantineCorrectionResult } from "@plumbline/contract/import";
import { correctQuarantinedRows } from "@plumbline/operations/imports/correct-quarantined-rows";
import { write } from "../../route.ts";

export const createQuarantineCorrections = write({
  path: "/v1/quarantine-corrections",
  summary: "Correct quarantined rows and try them again, each by itself",
  needs: "quarantine.correct",
  body: quarantineCorrectionInput,
  answers: { status: 200, body: quarantineCorrectionResult },
  problems: [],
  handle: async ({ scope, body }) => correctQuarantinedRows(scope, body),
});
