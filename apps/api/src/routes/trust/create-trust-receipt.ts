import { trustMoveInput, trustMatterWire, type TrustMatterWire } from "@plumbline/contract/trust";
import { mattersInTrust } from "@plumbline/operations/trust/list-trust-matters";
import { receiveTrust } from "@plumbline/operations/trust/receive-trust";
import { write } from "../../route.ts";

export const createTrustReceipt = write({
  path: "/v1/trust-receipts",
  summary: "Record a client's own money that came into trust for a matter",
  needs: "trust.record",
  body: trustMoveInput,
  answers: { status: 200, body: trustMatterWire },
  keep: "forever",
  problems: ["engagement-not-found", "trust-refused", "booking-date-refused"],
  handle: async ({ scope, body }) => {
    await receiveTrust(scope, body);
    // The matter has this entry at least.
    const [matter] = await mattersInTrust(scope, { engagementId: body.engagementId });
    return matter as TrustMatterWire;
  },
});
