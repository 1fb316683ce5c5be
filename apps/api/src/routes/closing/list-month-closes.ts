import { z } from "zod";
import { monthCloseFilter, monthCloseWire } from "@plumbline/contract/closing";
import { pageOf } from "@plumbline/contract/page";
import { listMonthCloses as closesOf } from "@plumbline/operations/closing/list-month-closes";
import { read } from "../../route.ts";

export const listMonthCloses = read({
  path: "/v1/month-closes",
  summary: "List months whose books were closed, newest first",
  needs: "receivable.read",
  query: z.strictObject(monthCloseFilter),
  answers: pageOf(monthCloseWire),
  problems: [],
  handle: async ({ scope, query }) => closesOf(scope, query),
});
