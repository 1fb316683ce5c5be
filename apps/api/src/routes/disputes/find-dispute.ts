import { disputeWire } from "@plumbline/contract/dispute";
import { findDispute as find } from "@plumbline/operations/disputes/list-disputes";
import { read } from "../../route.ts";
import { disputeParams } from "./dispute-params.ts";

export const findDispute = read({
  path: "/v1/disputes/:disputeId",
  summary: "Show a dispute: its lines, what was said, and how it ended",
  needs: "invoice.read",
  params: disputeParams,
  answers: disputeWire,
  problems: ["dispute-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
