import { z } from "zod";
import { retainerSettlementInput, retainerSettlementWire } from "@plumbline/contract/retainer";
import { id } from "@plumbline/contract/scalar";
import { settleRetainer } from "@plumbline/operations/payments/settle-retainer";
import { write } from "../../route.ts";

export const createRetainerSettlement = write({
  path: "/v1/engagements/:engagementId/retainer-settlement",
  summary: "Settle what is left of a retainer at its end: paid back or earned, as agreed",
  needs: "payment.refund",
  params: z.strictObject({ engagementId: id<"engagement">() }),
  body: retainerSettlementInput,
  answers: { status: 200, body: retainerSettlementWire },
  keep: "forever",
  problems: ["engagement-not-found", "duties-not-separate", "retainer-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => settleRetainer(scope, { ...params, ...body }),
});
