import { collectingTermsInput, collectingTermsWire } from "@plumbline/contract/collecting";
import { agreeCollectingTerms } from "@plumbline/operations/collecting/agree-collecting-terms";
import { findCollectingTerms } from "@plumbline/operations/collecting/list-collecting-terms";
import { toCollectingTerms } from "@plumbline/operations/collecting/to-collecting-terms";
import { write } from "../../route.ts";

export const createCollectingTerms = write({
  path: "/v1/collecting-terms",
  summary: "Agree what happens when clients pay late, from a day on",
  needs: "collecting.agree",
  body: collectingTermsInput,
  answers: { status: 201, body: collectingTermsWire },
  keep: "forever",
  problems: ["legal-entity-not-found", "client-not-found", "client-merged", "collecting-terms-refused"],
  handle: async ({ scope, body }) =>
    findCollectingTerms(scope, await agreeCollectingTerms(scope, { ...body, terms: toCollectingTerms(body) })),
});
