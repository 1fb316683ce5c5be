import { z } from "zod";
import { pageOf, pageQuery } from "@plumbline/contract/page";
import { repricingWire } from "@plumbline/contract/repricing";
import { listRepricing as repricingOf } from "@plumbline/operations/repricing/list-repricing";
import { read } from "../../route.ts";

export const listRepricing = read({
  path: "/v1/repricing",
  summary: "List drafts and invoices that the rates known now price otherwise, with the difference to the cent",
  needs: "invoice.read",
  query: z.strictObject(pageQuery),
  answers: pageOf(repricingWire),
  problems: [],
  handle: async ({ scope, query }) => repricingOf(scope, query),
});
