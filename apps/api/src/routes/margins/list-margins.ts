import { marginFilter, marginWire } from "@plumbline/contract/margin";
import { pageOf } from "@plumbline/contract/page";
import { listMargins as marginsOf } from "@plumbline/operations/margins/list-margins";
import { read } from "../../route.ts";

export const listMargins = read({
  path: "/v1/margins",
  summary: "List what work of some days was worth, was billed at and cost, per engagement, client or worker",
  needs: "margin.read",
  query: marginFilter,
  answers: pageOf(marginWire),
  problems: [],
  handle: async ({ scope, query }) => marginsOf(scope, query),
});
