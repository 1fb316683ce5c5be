import { z } from "zod";
import { taxCategoryCodes } from "@plumbline/domain/tax/category";
import { linkedInvoice } from "./invoice.ts";
import { exampleOf, moneyWire } from "./scalar.ts";

const sides = { credited: moneyWire, rebilled: moneyWire, difference: moneyWire };

/** An invoice, or what a credit note takes back, held against what its work comes to when it is billed anew. */
export const rebillWire = z
  .strictObject({
    expected: z.boolean().meta({
      description:
        "It is no credit note that is issued: this is what the work would come to today, at today's terms and rates.",
    }),
    net: z.strictObject(sides),
    taxes: z.array(
      z.strictObject({
        category: z.enum(taxCategoryCodes),
        basisPoints: z.int(),
        jurisdiction: z.string().optional(),
        ...sides,
      }),
    ),
    total: z.strictObject(sides).meta({ description: "The difference is what the client owes more, or less." }),
    invoices: z.array(linkedInvoice).meta({ description: "What was drafted of it; empty while it is expected." }),
  })
  .meta({
    id: "Rebill",
    example: {
      expected: true,
      net: {
        credited: { amount: "1000.00", currency: "EUR" },
        rebilled: { amount: "900.00", currency: "EUR" },
        difference: { amount: "-100.00", currency: "EUR" },
      },
      taxes: [
        {
          category: "S",
          basisPoints: 1900,
          credited: { amount: "190.00", currency: "EUR" },
          rebilled: { amount: "171.00", currency: "EUR" },
          difference: { amount: "-19.00", currency: "EUR" },
        },
      ],
      total: {
        credited: { amount: "1190.00", currency: "EUR" },
        rebilled: { amount: "1071.00", currency: "EUR" },
        difference: { amount: "-119.00", currency: "EUR" },
      },
      invoices: [exampleOf(linkedInvoice)],
    },
  });
export type RebillWire = z.output<typeof rebillWire>;
