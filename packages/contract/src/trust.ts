import { z } from "zod";
import { trustDifferenceKinds } from "@plumbline/domain/trust/reconcile";
import { id, localDate, moneyInput, moneyWire, named, reason } from "./scalar.ts";

/** What proves something, kept elsewhere. */
export const evidence = z
  .strictObject({
    document: z.string().trim().min(1).max(200).meta({ example: "advice.pdf" }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({ example: "5f2c9a7d0e4b81635f2c9a7d0e4b81635f2c9a7d0e4b81635f2c9a7d0e4b8163" }),
  })
  .meta({ description: "The document that proves it, and the SHA-256 of its bytes." });

const moved = {
  amount: moneyInput.meta({ example: { amount: "20.00", currency: "EUR" } }),
  on: localDate.optional().meta({ description: "Today where the legal entity is, when absent." }),
  reference: z.string().trim().min(1).max(140).meta({ example: "wire 4711" }),
  reason,
  authority: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .meta({ description: "Whose word it rests on.", example: "Client's letter of 2 November" }),
  evidence,
};
/** Money that comes in for a matter, or goes back to whose it is. */
export const trustMoveInput = z.strictObject({ engagementId: id<"engagement">(), ...moved });
export const trustTransferInput = z.strictObject({
  engagementId: id<"engagement">(),
  invoiceId: id<"invoice">(),
  ...moved,
});

const matterExample = {
  engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d31", name: "Marlowe v. Tennant Alloys" },
  client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Marlowe" },
  entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Harbor Legal LLP" },
  received: { amount: "10000.00", currency: "USD" },
  refunded: { amount: "0.00", currency: "USD" },
  transferred: { amount: "2500.00", currency: "USD" },
  balance: { amount: "7500.00", currency: "USD" },
};

/** Money of one matter that is held in trust. */
export const trustMatterWire = z
  .strictObject({
    engagement: named("EngagementName"),
    client: named("ClientName"),
    entity: named("EntityName"),
    received: moneyWire,
    refunded: moneyWire,
    transferred: moneyWire.meta({ description: "What paid issued invoices of the matter." }),
    balance: moneyWire,
  })
  .meta({
    id: "TrustMatter",
    example: matterExample,
  });
export type TrustMatterWire = z.infer<typeof trustMatterWire>;
export const trustMatterList = z.strictObject({ items: z.array(trustMatterWire) });

const outstandingMax = 500;

export const trustReconciliationInput = z.strictObject({
  legalEntityId: id<"legal-entity">(),
  on: localDate,
  statementBalance: moneyWire.meta({ description: "The bank's closing balance of that day." }),
  outstanding: z
    .array(
      z.strictObject({ what: z.string().trim().min(1).max(200).meta({ example: "cheque 12" }), amount: moneyWire }),
    )
    .max(outstandingMax)
    .default([])
    .meta({ description: "What the ledger knows and the bank does not show yet; on its way out is negative." }),
});

/** Bank, trust ledger and matters of a day, and every difference between them. */
export const trustReconciliationWire = z
  .strictObject({
    id: z.uuid(),
    on: localDate,
    bank: moneyWire.meta({ description: "The statement's balance with what is outstanding." }),
    ledger: moneyWire,
    matters: moneyWire,
    agrees: z.boolean(),
    differences: z.array(z.strictObject({ kind: z.enum(trustDifferenceKinds), amount: moneyWire, what: z.string() })),
    held: z.array(z.strictObject({ engagement: named("EngagementName"), balance: moneyWire })),
  })
  .meta({
    id: "TrustReconciliation",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d40",
      on: "2026-10-31",
      bank: { amount: "7500.00", currency: "USD" },
      ledger: { amount: "7500.00", currency: "USD" },
      matters: { amount: "7500.00", currency: "USD" },
      agrees: true,
      differences: [],
      held: [{ engagement: matterExample.engagement, balance: { amount: "7500.00", currency: "USD" } }],
    },
  });
export type TrustReconciliationWire = z.infer<typeof trustReconciliationWire>;
