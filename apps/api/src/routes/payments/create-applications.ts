import { applicationsInput, paymentWire } from "@plumbline/contract/payment";
import { applyPayment } from "@plumbline/operations/payments/apply-payment";
import { findPayment } from "@plumbline/operations/payments/find-payment";
import { write } from "../../route.ts";
import { paymentParams } from "./payment-params.ts";

export const createApplications = write({
  path: "/v1/payments/:paymentId/applications",
  summary: "Let invoices take what is left of a payment",
  needs: "payment.record",
  params: paymentParams,
  body: applicationsInput,
  answers: { status: 201, body: paymentWire },
  keep: "forever",
  problems: ["payment-not-found", "booking-date-refused", "application-refused"],
  handle: async ({ scope, params, body }) => {
    await applyPayment(scope, { ...params, to: body.applications ?? "oldest_first" });
    return findPayment(scope, params);
  },
});
