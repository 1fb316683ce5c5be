import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { splitFilter, splitWire } from "@plumbline/contract/split";
import { listSplits as splitsOf } from "@plumbline/operations/splits/list-splits";
import { read } from "../../route.ts";

export const listSplits = read({
  path: "/v1/splits",
  summary: "List who bears which engagements in which shares, newest first",
  needs: "invoice.read",
  query: z.strictObject(splitFilter),
  answers: pageOf(splitWire),
  problems: [],
  handle: async ({ scope, query }) => splitsOf(scope, query),
});
