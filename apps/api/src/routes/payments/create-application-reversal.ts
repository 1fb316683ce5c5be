import { z } from "zod";
import { paymentWire } from "@plumbline/contract/payment";
import { id, reason } from "@plumbline/contract/scalar";
import { findPayment } from "@plumbline/operations/payments/find-payment";
import { unapplyPayment } from "@plumbline/operations/payments/unapply-payment";
import { write } from "../../route.ts";

export const createApplicationReversal = write({
  path: "/v1/payments/:paymentId/applications/:applicationId/reversal",
  summary: "Take an application back: the invoice is owed again, the money is left",
  needs: "payment.record",
  params: z.strictObject({ paymentId: id<"payment">(), applicationId: id<"application">() }),
  body: z.strictObject({ reason }),
  answers: { status: 201, body: paymentWire },
  keep: "forever",
  problems: ["payment-not-found", "application-not-found", "application-reversed", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await unapplyPayment(scope, { ...params, ...body });
    return findPayment(scope, params);
  },
});
