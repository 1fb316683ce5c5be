import { z } from "zod";
import { clockFilter, clockWire } from "@plumbline/contract/clock";
import { pageOf } from "@plumbline/contract/page";
import { listClocks as clocksOf } from "@plumbline/operations/clocks/list-clocks";
import { read } from "../../route.ts";

export const listClocks = read({
  path: "/v1/clocks",
  summary: "List what waits, on whom, until when and how late, most money first",
  needs: "invoice.read",
  query: z.strictObject(clockFilter),
  answers: pageOf(clockWire),
  problems: [],
  handle: async ({ scope, query }) => clocksOf(scope, query),
});
