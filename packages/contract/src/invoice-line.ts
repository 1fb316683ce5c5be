import { z } from "zod";
import { treatments } from "@plumbline/domain/credit/correction";
import { adjustmentKinds } from "@plumbline/domain/engagement/adjustment";
import { lineUnits } from "@plumbline/domain/invoice/line-unit";
import { taxCategoryCodes } from "@plumbline/domain/tax/category";
import { salesTaxLevels } from "@plumbline/domain/tax/sales-tax-rates";
import { localDate, moneyWire } from "./scalar.ts";

/** A discount or a surcharge (EN 16931: allowance or charge). */
export const adjustmentWire = z
  .strictObject({
    kind: z.enum(adjustmentKinds),
    amount: moneyWire.meta({ description: "Above zero; an allowance is taken off, a surcharge added." }),
    basisPoints: z.int().optional().meta({ description: "1000 is 10 %; absent when an amount was agreed." }),
    base: moneyWire.optional().meta({ description: "What it is a share of." }),
    code: z.string().meta({ description: "UNTDID 5189 of an allowance, 7161 of a surcharge." }),
    reason: z.string(),
    because: z.string().meta({ description: "The calculation in words." }),
    taxCategory: z.enum(taxCategoryCodes),
    taxBasisPoints: z.int(),
  })
  .meta({
    id: "InvoiceAdjustment",
    example: {
      kind: "allowance",
      amount: { amount: "50.00", currency: "EUR" },
      basisPoints: 500,
      base: { amount: "1000.00", currency: "EUR" },
      code: "95",
      reason: "Agreed discount",
      because: "5 % of 1000.00 EUR as agreed",
      taxCategory: "S",
      taxBasisPoints: 1900,
    },
  });

export const invoiceLineWire = z
  .strictObject({
    position: z.int(),
    project: z.string().optional(),
    description: z.string(),
    quantity: z
      .string()
      .regex(/^-?\d+(\.\d+)?$/)
      .meta({ description: "How much, in `unit`.", example: "480" }),
    unit: z.enum(lineUnits),
    minutes: z.int().meta({ description: "Billed working time; 0 on a line that bills none." }),
    price: moneyWire,
    priceBase: z.int().meta({ description: "How many units the price buys: 60 minutes at an hourly rate." }),
    net: moneyWire,
    adjustments: z.array(adjustmentWire).optional().meta({ description: "Discounts and surcharges inside `net`." }),
    retained: moneyWire.optional().meta({ description: "What of `net` the client keeps until it is released." }),
    costCentre: z.string().optional().meta({ description: "Where the buyer accounts for it (EN 16931 BT-133)." }),
    taxCategory: z.enum(taxCategoryCodes),
    taxBasisPoints: z.int().meta({ description: "1900 is 19 %." }),
    because: z.string().meta({ description: "The calculation in words: rate chosen, rule, sources." }),
    entries: z.int().meta({ description: "How many time entries the line bills." }),
    deducts: z
      .strictObject({ id: z.uuid(), number: z.string() })
      .optional()
      .meta({ description: "The deposit invoice that the line takes off." }),
    credits: z
      .strictObject({ line: z.int(), treatment: z.enum(treatments) })
      .optional()
      .meta({ description: "Of a credit note: the line it takes back from, and what becomes of the work." }),
    left: z
      .strictObject({
        quantity: z.string().meta({ description: "In `unit`.", example: "360" }),
        net: moneyWire,
      })
      .optional()
      .meta({ description: "What credit notes have left of it; absent when there are none." }),
  })
  .meta({
    id: "InvoiceLine",
    example: {
      position: 1,
      project: "Operating model",
      description: "Senior consultant",
      quantity: "480",
      unit: "minute",
      minutes: 480,
      price: { amount: "125.00", currency: "EUR" },
      priceBase: 60,
      net: { amount: "1000.00", currency: "EUR" },
      taxCategory: "S",
      taxBasisPoints: 1900,
      because: "3 entries from 2026-10-05 to 2026-10-07; 480 min worked at 125.00 EUR an hour.",
      entries: 3,
    },
  });

export const taxWire = z
  .strictObject({
    category: z.enum(taxCategoryCodes),
    basisPoints: z.int(),
    base: moneyWire,
    tax: moneyWire,
    because: z.string(),
    exemption: z
      .strictObject({ code: z.string().optional(), reason: z.string() })
      .optional()
      .meta({ description: "Why there is no tax, as the invoice says it: EN 16931, BT-121 and BT-120." }),
    component: z
      .strictObject({
        jurisdiction: z.string(),
        name: z.string(),
        level: z.enum(salesTaxLevels),
        rateMillionths: z.int().meta({ description: "88750 is 8.875 %; `basisPoints` are whole ones." }),
      })
      .optional()
      .meta({ description: "Which place levies it, where a sales tax has parts. Each part has the same base." }),
  })
  .meta({
    id: "InvoiceTax",
    example: {
      category: "S",
      basisPoints: 1900,
      base: { amount: "1000.00", currency: "EUR" },
      tax: { amount: "190.00", currency: "EUR" },
      because: "Both are in Germany, so the standard rate of 19 % in force on 2026-10-31 applies.",
    },
  });

/** The tax in the currency it is declared in, and the rate as it was published. */
export const taxConversionWire = z
  .strictObject({
    tax: moneyWire,
    rate: z.strictObject({
      base: z.string(),
      quote: z.string(),
      rate: z.string().meta({ description: "Units of `quote` for one of `base`, as decimal text." }),
      on: localDate,
      source: z.string(),
    }),
  })
  .meta({
    id: "TaxConversion",
    example: {
      tax: { amount: "162.62", currency: "EUR" },
      rate: { base: "EUR", quote: "USD", rate: "1.1684", on: "2026-10-30", source: "ECB" },
    },
  });

/** A time entry behind a line. */
export const lineEntryWire = z
  .strictObject({
    line: z.int(),
    workItemId: z.uuid(),
    version: z.int(),
    workedOn: localDate,
    worker: z.string(),
    role: z.string().optional(),
    project: z.string(),
    task: z.string().optional(),
    narrative: z.string(),
    minutes: z.int(),
    billedMinutes: z.int(),
  })
  .meta({
    id: "LineEntry",
    example: {
      line: 1,
      workItemId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d06",
      version: 1,
      workedOn: "2026-10-05",
      worker: "Ann Lee",
      role: "Senior consultant",
      project: "Operating model",
      narrative: "Workshop on roles",
      minutes: 175,
      billedMinutes: 180,
    },
  });
export type LineEntryWire = z.infer<typeof lineEntryWire>;
