import { z } from "zod";
import { disputeFilter, disputeWire } from "@plumbline/contract/dispute";
import { pageOf } from "@plumbline/contract/page";
import { listDisputes as disputesOf } from "@plumbline/operations/disputes/list-disputes";
import { read } from "../../route.ts";

export const listDisputes = read({
  path: "/v1/disputes",
  summary: "List disputes, oldest first",
  needs: "invoice.read",
  query: z.strictObject(disputeFilter),
  answers: pageOf(disputeWire),
  problems: [],
  handle: async ({ scope, query }) => disputesOf(scope, query),
});
