import { z } from "zod";
import { invoiceStage, linkedInvoice } from "./invoice.ts";
import { exampleOf, moneyWire, named } from "./scalar.ts";

/** What a person may do about an invoice that today's rates price otherwise. */
export const repricingProposals = ["adjust_draft", "credit_and_rebill"] as const;

const sides = {
  billed: moneyWire.meta({ description: "What it asks for, less what credit notes took back." }),
  repriced: moneyWire,
  difference: moneyWire.meta({ description: "What the client owes more, or less." }),
};
const eur = (amount: string) => ({ amount, currency: "EUR" });

/** An invoice that would be priced otherwise by the rates that are known now, all else being as it was drafted. */
export const repricingWire = z
  .strictObject({
    invoice: linkedInvoice,
    stage: invoiceStage,
    client: named("ClientName"),
    proposal: z.enum(repricingProposals).meta({
      description:
        "Revise it while it is not issued; then credit it with `rebill`, so that its work is billed at the rates of now.",
    }),
    net: z.strictObject(sides),
    total: z.strictObject(sides),
    unpricedEntries: z.int().optional().meta({ description: "Entries on it that have no rate any more." }),
  })
  .meta({
    id: "Repricing",
    example: {
      invoice: exampleOf(linkedInvoice),
      stage: "issued",
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      proposal: "credit_and_rebill",
      net: { billed: eur("1000.00"), repriced: eur("1000.01"), difference: eur("0.01") },
      total: { billed: eur("1190.00"), repriced: eur("1190.01"), difference: eur("0.01") },
    },
  });
export type RepricingWire = z.output<typeof repricingWire>;
