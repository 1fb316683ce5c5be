import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { waiverFilter, waiverWire } from "@plumbline/contract/waiver";
import { listWaivers as list } from "@plumbline/operations/waivers/list-waivers";
import { read } from "../../route.ts";

export const listWaivers = read({
  path: "/v1/waivers",
  summary: "List what was waived, newest first, expired waivers included",
  needs: "invoice.read",
  query: z.strictObject(waiverFilter),
  answers: pageOf(waiverWire),
  problems: [],
  handle: async ({ scope, query }) => list(scope, query),
});
