import { z } from "zod";
import { collectingTermsFilter, collectingTermsWire } from "@plumbline/contract/collecting";
import { pageOf } from "@plumbline/contract/page";
import { listCollectingTerms as termsOf } from "@plumbline/operations/collecting/list-collecting-terms";
import { read } from "../../route.ts";

export const listCollectingTerms = read({
  path: "/v1/collecting-terms",
  summary: "List what was agreed about paying late, newest first",
  needs: "receivable.read",
  query: z.strictObject(collectingTermsFilter),
  answers: pageOf(collectingTermsWire),
  problems: [],
  handle: async ({ scope, query }) => termsOf(scope, query),
});
