import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownChargeback } from "./chargebacks-shown.ts";

const schemes = ["card", "direct_debit"] as const;

export const chargebacksOpen = verb({
  name: "chargebacks open",
  summary: "Note that a payer had money of a payment taken back, and until when it may be answered",
  arguments: {
    PAYMENT: { what: "id of the payment" },
    SCHEME: { what: "how it was paid", choices: schemes },
    CASE: { what: "what the bank or the card scheme calls the case" },
    DAY: { what: "the last day on which an answer counts, such as 2026-12-17" },
    REASON: { what: "what the payer says" },
  },
  options: {
    amount: { value: "AMOUNT", what: "how much of it, such as 100.00; all that is left else" },
    fee: { value: "AMOUNT", what: "what the bank charged for the case" },
    currency: { value: "CODE", what: "of amount and fee; EUR" },
    on: { value: "DAY", what: "the day it was taken back; today else" },
  },
  examples: [
    'chargebacks open 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d10 card CB-4711 2026-12-17 "Service not received" --fee 15.00',
  ],
  run: async ({ connect, arguments: said, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { paymentId: said.PAYMENT } };
    const money = (amount: string) => ({ amount, currency: options.currency ?? "EUR" });
    const body = {
      scheme: said.SCHEME as (typeof schemes)[number], // The parser took one of the choices.
      caseReference: said.CASE,
      answerBy: said.DAY,
      reason: said.REASON,
      ...(options.amount !== undefined && { amount: money(options.amount) }),
      ...(options.fee !== undefined && { fee: money(options.fee) }),
      ...(options.on !== undefined && { openedOn: options.on }),
    };
    return shownChargeback(
      await ask((client) => client.POST("/v1/payments/{paymentId}/chargebacks", { params, body })),
    );
  },
});
