import { z } from "zod";
import { pageOf, pageQuery } from "@plumbline/contract/page";
import { recomputationWire } from "@plumbline/contract/recomputation";
import { listRecomputations as recomputationsOf } from "@plumbline/operations/recompute/list-recomputations";
import { read } from "../../route.ts";

export const listRecomputations = read({
  path: "/v1/recomputations",
  summary: "Make all invoices anew from their stored inputs, a page at a time",
  needs: "invoice.read",
  query: z.strictObject(pageQuery),
  answers: pageOf(recomputationWire),
  problems: [],
  handle: async ({ scope, query }) => recomputationsOf(scope, query),
});
