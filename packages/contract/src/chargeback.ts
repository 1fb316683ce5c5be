import { z } from "zod";
import { chargebackSchemes, chargebackStates } from "@plumbline/domain/receivable/chargeback";
import { pageQuery } from "./page.ts";
import { id, localDate, moneyInput, moneyWire, named, reason } from "./scalar.ts";
import { evidence } from "./trust.ts";

export const chargebackInput = z.strictObject({
  amount: moneyInput.optional().meta({ description: "All that is left of the payment when absent." }),
  fee: moneyInput.optional().meta({ description: "What the bank charged the firm for the case." }),
  scheme: z.enum(chargebackSchemes),
  caseReference: z
    .string()
    .trim()
    .min(1)
    .max(140)
    .meta({ description: "What the bank or the card scheme calls the case.", example: "CB-2026-4711" }),
  reason,
  openedOn: localDate.optional().meta({ description: "Today where the legal entity is, when absent." }),
  answerBy: localDate.meta({
    description: "The last day on which an answer counts, where the legal entity is.",
    example: "2099-12-31",
  }),
});
export const chargebackAnswerInput = z.strictObject({
  evidence,
  answeredOn: localDate.optional().meta({ description: "Today where the legal entity is, when absent." }),
});
export const chargebackDecisionInput = z.strictObject({
  outcome: z.enum(["won", "lost", "lost_and_written_off"]).meta({
    description:
      "Won: the money comes again. Lost: its invoices are owed again, or are written off, for those who may.",
  }),
  decidedOn: localDate.optional().meta({ description: "Today where the legal entity is, when absent." }),
  reason,
});

export const chargebackWire = z
  .strictObject({
    id: z.uuid(),
    paymentId: z.uuid(),
    client: named("ClientName"),
    amount: moneyWire,
    scheme: z.enum(chargebackSchemes),
    caseReference: z.string(),
    reason: z.string(),
    state: z.enum(chargebackStates),
    openedOn: localDate,
    answerBy: localDate,
    daysLeft: z.int().optional().meta({ description: "Days until the last on which an answer counts; 0 on that day." }),
    missed: z.boolean().meta({ description: "Nobody answered it by its day." }),
    answeredOn: localDate.optional(),
    evidence: z.strictObject({ document: z.string(), sha256: z.string() }).optional(),
    decidedOn: localDate.optional(),
    decisionReason: z.string().optional(),
    recordedBy: z.string(),
  })
  .meta({
    id: "Chargeback",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d60",
      paymentId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d10",
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      amount: { amount: "1190.00", currency: "EUR" },
      scheme: "card",
      caseReference: "CB-2026-4711",
      reason: "Service not received",
      state: "open",
      openedOn: "2026-12-03",
      answerBy: "2026-12-17",
      daysLeft: 14,
      missed: false,
      recordedBy: "Cleo Collector",
    },
  });
export type ChargebackWire = z.infer<typeof chargebackWire>;

export const chargebackFilter = {
  ...pageQuery,
  state: z.enum(chargebackStates).optional(),
  paymentId: id<"payment">().optional(),
};
