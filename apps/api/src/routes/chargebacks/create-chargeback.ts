import { chargebackInput, chargebackWire } from "@plumbline/contract/chargeback";
import { findChargeback } from "@plumbline/operations/chargebacks/list-chargebacks";
import { openChargeback } from "@plumbline/operations/chargebacks/open-chargeback";
import { write } from "../../route.ts";
import { paymentParams } from "../payments/payment-params.ts";

export const createChargeback = write({
  path: "/v1/payments/:paymentId/chargebacks",
  summary: "Note that the payer had money of a payment taken back, and until when it may be answered",
  needs: "payment.record",
  params: paymentParams,
  body: chargebackInput,
  answers: { status: 201, body: chargebackWire },
  keep: "forever",
  location: ({ id }) => `/v1/chargebacks/${id}`,
  problems: ["payment-not-found", "chargeback-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) =>
    findChargeback(scope, { chargebackId: await openChargeback(scope, { ...params, ...body }) }),
});
