import { monthCloseWire } from "@plumbline/contract/closing";
import { findMonthClose as find } from "@plumbline/operations/closing/list-month-closes";
import { read } from "../../route.ts";
import { monthCloseParams } from "./month-close-params.ts";

export const findMonthClose = read({
  path: "/v1/month-closes/:monthCloseId",
  summary: "Show a month whose books were closed",
  needs: "receivable.read",
  params: monthCloseParams,
  answers: monthCloseWire,
  problems: ["month-close-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
