import { trustTransferInput, trustMatterWire, type TrustMatterWire } from "@plumbline/contract/trust";
import { mattersInTrust } from "@plumbline/operations/trust/list-trust-matters";
import { transferTrust } from "@plumbline/operations/trust/transfer-trust";
import { write } from "../../route.ts";

export const createTrustTransfer = write({
  path: "/v1/trust-transfers",
  summary: "Pay an issued invoice of a matter out of its trust money",
  needs: "trust.disburse",
  body: trustTransferInput,
  answers: { status: 200, body: trustMatterWire },
  keep: "forever",
  problems: [
    "invoice-not-found",
    "application-refused",
    "engagement-not-found",
    "trust-refused",
    "booking-date-refused",
  ],
  handle: async ({ scope, body }) => {
    await transferTrust(scope, body);
    // The matter has this entry at least.
    const [matter] = await mattersInTrust(scope, { engagementId: body.engagementId });
    return matter as TrustMatterWire;
  },
});
