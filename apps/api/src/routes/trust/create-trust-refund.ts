import { trustMoveInput, trustMatterWire, type TrustMatterWire } from "@plumbline/contract/trust";
import { mattersInTrust } from "@plumbline/operations/trust/list-trust-matters";
import { refundTrust } from "@plumbline/operations/trust/refund-trust";
import { write } from "../../route.ts";

export const createTrustRefund = write({
  path: "/v1/trust-refunds",
  summary: "Note that money of a matter was paid back out of trust",
  needs: "trust.disburse",
  body: trustMoveInput,
  answers: { status: 200, body: trustMatterWire },
  keep: "forever",
  problems: ["engagement-not-found", "trust-refused", "booking-date-refused"],
  handle: async ({ scope, body }) => {
    await refundTrust(scope, body);
    // The matter has this entry at least.
    const [matter] = await mattersInTrust(scope, { engagementId: body.engagementId });
    return matter as TrustMatterWire;
  },
});
