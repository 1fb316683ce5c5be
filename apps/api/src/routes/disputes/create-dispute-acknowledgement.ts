import { disputeWire } from "@plumbline/contract/dispute";
import { acknowledgeDispute } from "@plumbline/operations/disputes/acknowledge-dispute";
import { findDispute } from "@plumbline/operations/disputes/list-disputes";
import { write } from "../../route.ts";
import { disputeParams } from "./dispute-params.ts";

export const createDisputeAcknowledgement = write({
  path: "/v1/disputes/:disputeId/acknowledgement",
  summary: "Tell the client that its dispute was seen",
  needs: "dispute.record",
  params: disputeParams,
  answers: { status: 201, body: disputeWire },
  keep: "forever",
  problems: ["dispute-not-found", "dispute-decided", "dispute-refused"],
  handle: async ({ scope, params }) => {
    await acknowledgeDispute(scope, params);
    return findDispute(scope, params);
  },
});
