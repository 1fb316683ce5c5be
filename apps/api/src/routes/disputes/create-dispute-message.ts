import { disputeMessageInput, disputeWire } from "@plumbline/contract/dispute";
import { addDisputeMessage } from "@plumbline/operations/disputes/add-dispute-message";
import { findDispute } from "@plumbline/operations/disputes/list-disputes";
import { write } from "../../route.ts";
import { disputeParams } from "./dispute-params.ts";

export const createDisputeMessage = write({
  path: "/v1/disputes/:disputeId/messages",
  summary: "Keep what client or firm said about a dispute, and what proves it",
  needs: "dispute.record",
  params: disputeParams,
  body: disputeMessageInput,
  answers: { status: 201, body: disputeWire },
  keep: "forever",
  problems: ["dispute-not-found", "dispute-decided"],
  handle: async ({ scope, params, body }) => {
    await addDisputeMessage(scope, { ...params, ...body });
    return findDispute(scope, params);
  },
});
