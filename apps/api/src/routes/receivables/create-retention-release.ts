import { z } from "zod";
import { receivableWire, retentionReleaseInput } from "@plumbline/contract/payment";
import { id } from "@plumbline/contract/scalar";
import { findReceivable } from "@plumbline/operations/payments/find-receivable";
import { releaseRetention } from "@plumbline/operations/payments/release-retention";
import { write } from "../../route.ts";

export const createRetentionRelease = write({
  path: "/v1/invoices/:invoiceId/retention-releases",
  summary: "Make due what a client kept of an invoice until release",
  needs: "retention.release",
  params: z.strictObject({ invoiceId: id<"invoice">() }),
  body: retentionReleaseInput,
  answers: { status: 201, body: receivableWire },
  keep: "forever",
  problems: ["invoice-not-found", "retention-release-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await releaseRetention(scope, { ...params, ...body });
    return findReceivable(scope, params);
  },
});
