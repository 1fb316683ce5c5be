import { paymentInput, paymentWire } from "@plumbline/contract/payment";
import { findPayment } from "@plumbline/operations/payments/find-payment";
import { recordPayment } from "@plumbline/operations/payments/record-payment";
import { write } from "../../route.ts";

export const createPayment = write({
  path: "/v1/payments",
  summary: "Record money that came in, and let invoices take it",
  needs: "payment.record",
  body: paymentInput,
  answers: { status: 201, body: paymentWire },
  keep: "forever",
  location: ({ id }) => `/v1/payments/${id}`,
  problems: [
    "client-not-found",
    "client-merged",
    "legal-entity-not-found",
    "booking-date-refused",
    "application-refused",
    "retainer-refused",
  ],
  handle: async ({ scope, body: { apply, applications, ...payment } }) => {
    const to = applications ?? (apply === "oldest_first" ? apply : undefined);
    return findPayment(scope, { paymentId: await recordPayment(scope, { ...payment, to }) });
  },
});
