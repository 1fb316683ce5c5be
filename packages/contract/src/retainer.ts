import { z } from "zod";
import { unusedRetainers } from "@plumbline/domain/engagement/retainer";
import { exampleOf, localDate, moneyWire, named, reason } from "./scalar.ts";

/** Money that was paid ahead for one engagement, and what became of it. */
export const retainerWire = z
  .strictObject({
    engagement: named("EngagementName"),
    client: named("ClientName"),
    paid: moneyWire,
    used: moneyWire.meta({ description: "What issued invoices took." }),
    refunded: moneyWire,
    earned: moneyWire.meta({ description: "What was not used and is the firm's, as agreed." }),
    balance: moneyWire,
    topUp: moneyWire
      .optional()
      .meta({ description: "What to ask for, because the balance is below the agreed minimum." }),
    expiresOn: localDate.optional().meta({
      description: "First day whose work is not paid from it any more; what is left is settled from then on.",
    }),
    unused: z.enum(unusedRetainers).meta({ description: "What becomes of what is left then." }),
  })
  .meta({
    id: "Retainer",
    example: {
      engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d31", name: "Support by the hour" },
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      paid: { amount: "5000.00", currency: "EUR" },
      used: { amount: "4200.00", currency: "EUR" },
      refunded: { amount: "0.00", currency: "EUR" },
      earned: { amount: "0.00", currency: "EUR" },
      balance: { amount: "800.00", currency: "EUR" },
      topUp: { amount: "4200.00", currency: "EUR" },
      unused: "refunded",
    },
  });
export type RetainerWire = z.infer<typeof retainerWire>;
export const retainerList = z.strictObject({ items: z.array(retainerWire) });

export const retainerSettlementInput = z.strictObject({
  on: localDate.optional().meta({ description: "Today when absent; not before the retainer expired, where it does." }),
  reason,
});

/** What was left at the end, and where it went. */
export const retainerSettlementWire = z
  .strictObject({ settled: moneyWire, as: z.enum(unusedRetainers), retainer: retainerWire })
  .meta({
    id: "RetainerSettlement",
    example: { settled: { amount: "800.00", currency: "EUR" }, as: "refunded", retainer: exampleOf(retainerWire) },
  });
