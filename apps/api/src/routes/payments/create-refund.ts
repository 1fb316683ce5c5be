import { paymentWire, refundInput } from "@plumbline/contract/payment";
import { findPayment } from "@plumbline/operations/payments/find-payment";
import { refundPayment } from "@plumbline/operations/payments/refund-payment";
import { write } from "../../route.ts";
import { paymentParams } from "./payment-params.ts";

export const createRefund = write({
  path: "/v1/payments/:paymentId/refunds",
  summary: "Note that what no invoice took was paid back",
  needs: "payment.refund",
  params: paymentParams,
  body: refundInput,
  answers: { status: 201, body: paymentWire },
  keep: "forever",
  problems: ["payment-not-found", "duties-not-separate", "refund-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await refundPayment(scope, { ...params, ...body });
    return findPayment(scope, params);
  },
});
