import { z } from "zod";
import { dunningNoticeFilter, dunningNoticeWire } from "@plumbline/contract/collecting";
import { pageOf } from "@plumbline/contract/page";
import { listDunningNotices as noticesOf } from "@plumbline/operations/collecting/list-dunning-notices";
import { read } from "../../route.ts";

export const listDunningNotices = read({
  path: "/v1/dunning-notices",
  summary: "List dunning notices, newest first",
  needs: "receivable.read",
  query: z.strictObject(dunningNoticeFilter),
  answers: pageOf(dunningNoticeWire),
  problems: [],
  handle: async ({ scope, query }) => noticesOf(scope, query),
});
