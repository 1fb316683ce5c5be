import { z } from "zod";
import { pageQuery } from "./page.ts";
import { id, localDate, moneyInput, moneyWire, named, reason } from "./scalar.ts";
import { evidence } from "./trust.ts";

const eur = (amount: string) => ({ amount, currency: "EUR" });
const invoicesMax = 200;
const clientExample = { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" };
const entityExample = { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Castell Consultores SL" };
const invoiceExample = { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "F-2026-00001" };

const proven = moneyInput.meta({ example: eur("1.00") });

export const certificateInput = z.strictObject({
  clientId: id<"client">(),
  legalEntityId: id<"legal-entity">(),
  number: z.string().trim().min(1).max(140).meta({ description: "As it stands on the paper.", example: "CR-2026-118" }),
  issuedOn: localDate.meta({ description: "The day that stands on the paper.", example: "2026-11-01" }),
  amount: proven,
  evidence: evidence.optional(),
  invoices: z
    .array(z.strictObject({ invoiceId: id<"invoice">(), amount: proven }))
    .min(1)
    .max(invoicesMax)
    .optional()
    .meta({ description: "What it proves of each invoice; the oldest first when absent." }),
});
export const certificateWithdrawalInput = z.strictObject({ reason });

/** A paper by which a client proves that tax it kept was paid to the tax office. */
export const certificateWire = z
  .strictObject({
    id: z.uuid(),
    client: named("ClientName"),
    entity: named("EntityName"),
    number: z.string(),
    issuedOn: localDate,
    amount: moneyWire,
    evidence: z.strictObject({ document: z.string(), sha256: z.string() }).optional(),
    invoices: z.array(
      z.strictObject({ invoice: z.strictObject({ id: z.uuid(), number: z.string() }), amount: moneyWire }),
    ),
    withdrawn: z.strictObject({ on: localDate, reason: z.string() }).optional(),
    recordedBy: z.string(),
  })
  .meta({
    id: "WithholdingCertificate",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70",
      client: clientExample,
      entity: entityExample,
      number: "CR-2026-118",
      issuedOn: "2027-01-31",
      amount: eur("150.00"),
      invoices: [{ invoice: invoiceExample, amount: eur("150.00") }],
      recordedBy: "Cleo Collector",
    },
  });
export type CertificateWire = z.infer<typeof certificateWire>;

export const certificateFilter = { ...pageQuery, clientId: id<"client">().optional() };

/** What a client kept of an invoice as tax, and what of it is proven. */
export const withheldWire = z
  .strictObject({
    invoice: z.strictObject({ id: z.uuid(), number: z.string(), issuedOn: localDate }),
    client: named("ClientName"),
    entity: named("EntityName"),
    withheld: moneyWire,
    certified: moneyWire,
    unproven: moneyWire.meta({
      description: "What no certificate proves yet; negative when one proves more than is withheld now.",
    }),
  })
  .meta({
    id: "WithheldTax",
    example: {
      invoice: { ...invoiceExample, issuedOn: "2026-10-31" },
      client: clientExample,
      entity: entityExample,
      withheld: eur("150.00"),
      certified: eur("0.00"),
      unproven: eur("150.00"),
    },
  });
export type WithheldWire = z.infer<typeof withheldWire>;

export const withheldFilter = { ...pageQuery, clientId: id<"client">().optional() };
