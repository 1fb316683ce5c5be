import { chargebackDecisionInput, chargebackWire } from "@plumbline/contract/chargeback";
import { decideChargeback } from "@plumbline/operations/chargebacks/decide-chargeback";
import { findChargeback } from "@plumbline/operations/chargebacks/list-chargebacks";
import { write } from "../../route.ts";
import { chargebackParams } from "./chargeback-params.ts";

export const createChargebackDecision = write({
  path: "/v1/chargebacks/:chargebackId/decision",
  summary: "Say how a chargeback ended: the money comes again, or its invoices are owed again or written off",
  needs: "chargeback.decide",
  params: chargebackParams,
  body: chargebackDecisionInput,
  answers: { status: 201, body: chargebackWire },
  keep: "forever",
  problems: ["chargeback-not-found", "chargeback-decided", "chargeback-refused", "booking-date-refused"],
  handle: async ({ scope, params, body }) => {
    await decideChargeback(scope, { ...params, ...body });
    return findChargeback(scope, params);
  },
});
