import { chargebackAnswerInput, chargebackWire } from "@plumbline/contract/chargeback";
import { answerChargeback } from "@plumbline/operations/chargebacks/answer-chargeback";
import { findChargeback } from "@plumbline/operations/chargebacks/list-chargebacks";
import { write } from "../../route.ts";
import { chargebackParams } from "./chargeback-params.ts";

export const createChargebackAnswer = write({
  path: "/v1/chargebacks/:chargebackId/answer",
  summary: "Note that a chargeback was answered, and with which evidence",
  needs: "payment.record",
  params: chargebackParams,
  body: chargebackAnswerInput,
  answers: { status: 201, body: chargebackWire },
  keep: "forever",
  problems: ["chargeback-not-found", "chargeback-decided", "chargeback-refused"],
  handle: async ({ scope, params, body }) => {
    await answerChargeback(scope, { ...params, ...body });
    return findChargeback(scope, params);
  },
});
