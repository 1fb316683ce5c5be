import { z } from "zod";
import { accountNames } from "@plumbline/domain/ledger/account";
import { exampleOf, localDate, moneyWire, named } from "./scalar.ts";

/** What stands on one account of a legal entity, in one currency. */
export const ledgerBalanceWire = z
  .strictObject({
    entity: named("EntityName"),
    account: z.enum(accountNames),
    side: z.enum(["debit", "credit"]).meta({ description: "The side on which the balance stands." }),
    balance: moneyWire.meta({ description: "Never negative: `side` says which way." }),
  })
  .meta({
    id: "LedgerBalance",
    example: {
      entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
      account: "receivable",
      side: "debit",
      balance: { amount: "1190.00", currency: "EUR" },
    },
  });
export type LedgerBalanceWire = z.infer<typeof ledgerBalanceWire>;
export const ledgerBalances = z.strictObject({ items: z.array(ledgerBalanceWire) });
export const ledgerBalanceQuery = {
  on: localDate
    .optional()
    .meta({ description: "What was booked up to and including this day; everything when absent." }),
};

export const revenueReleaseInput = z.strictObject({
  through: localDate.meta({ description: "The last day of the last month that is released.", example: "2026-10-31" }),
});
export const revenueReleaseWire = z
  .strictObject({ releases: z.int().meta({ description: "Months of invoices that were released by this request." }) })
  .meta({ id: "RevenueRelease", example: { releases: 3 } });

/** Ways in which a ledger can be wrong. */
export const ledgerFaults = ["unbalanced", "not_booked", "receivable_differs", "open_differs"] as const;

export const ledgerFaultWire = z
  .strictObject({
    fault: z.enum(ledgerFaults),
    subjectId: z.uuid().meta({ description: "The entry or the invoice that is wrong." }),
    difference: moneyWire.meta({ description: "How far it is off." }),
  })
  .meta({
    id: "LedgerFault",
    example: {
      fault: "receivable_differs",
      subjectId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
      difference: exampleOf(moneyWire),
    },
  });
export type LedgerFaultWire = z.infer<typeof ledgerFaultWire>;
export const ledgerFaultList = z.strictObject({ items: z.array(ledgerFaultWire) });
