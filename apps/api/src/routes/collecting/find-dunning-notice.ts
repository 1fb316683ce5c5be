import { z } from "zod";
import { dunningNoticeWire } from "@plumbline/contract/collecting";
import { id } from "@plumbline/contract/scalar";
import { findDunningNotice as find } from "@plumbline/operations/collecting/list-dunning-notices";
import { read } from "../../route.ts";

export const findDunningNotice = read({
  path: "/v1/dunning-notices/:dunningNoticeId",
  summary: "Show a dunning notice",
  needs: "receivable.read",
  params: z.strictObject({ dunningNoticeId: id<"dunning-notice">() }),
  answers: dunningNoticeWire,
  problems: ["dunning-notice-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
