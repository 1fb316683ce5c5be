import { z } from "zod";
import { baseRateFilter, baseRateWire } from "@plumbline/contract/collecting";
import { pageOf } from "@plumbline/contract/page";
import { listBaseRates as ratesOf } from "@plumbline/operations/collecting/base-rates";
import { read } from "../../route.ts";

export const listBaseRates = read({
  path: "/v1/base-rates",
  summary: "List published rates, the last recorded first",
  needs: "receivable.read",
  query: z.strictObject(baseRateFilter),
  answers: pageOf(baseRateWire),
  problems: [],
  handle: async ({ scope, query }) => ratesOf(scope, query),
});
