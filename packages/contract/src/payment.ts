import { z } from "zod";
import { collections } from "@plumbline/domain/receivable/collection";
import { residualKinds } from "@plumbline/domain/receivable/residual";
import { flag, pageQuery } from "./page.ts";
import { currencyInput, exampleOf, id, instant, localDate, moneyInput, moneyWire, named, reason } from "./scalar.ts";

const applicationsMax = 200;

/** What was not paid, and why. */
export const residual = z.strictObject({ kind: z.enum(residualKinds), amount: moneyWire });
const residualInput = z.strictObject({ kind: z.enum(residualKinds), amount: moneyInput }).meta({
  description: "Why the client paid less: fees, withheld tax and discounts settle; what is disputed stays owed.",
});

const applicationInput = z.strictObject({
  invoiceId: id<"invoice">(),
  amount: moneyInput,
  residual: residualInput.optional(),
});

/** What invoices take, one by one. */
export const applications = z
  .array(applicationInput)
  .min(1)
  .max(applicationsMax)
  .optional()
  .meta({ description: "What each invoice takes." });

const reference = z.string().trim().min(1).max(140).meta({ example: "F-2026-00001" });

export const paymentInput = z.strictObject({
  clientId: id<"client">(),
  legalEntityId: id<"legal-entity">(),
  amount: moneyInput,
  receivedOn: localDate,
  reference,
  engagementId: id<"engagement">()
    .optional()
    .meta({ description: "Paid ahead for this engagement: a retainer, which its invoices take as they are issued." }),
  apply: z
    .enum(["later", "oldest_first"])
    .default("later")
    .meta({ description: "What becomes of it when `applications` are not said.", example: "oldest_first" }),
  applications,
});
export const applicationsInput = z.strictObject({
  applications: applications.meta({ description: "What each invoice takes; those that are due first when absent." }),
});
export const nettingInput = z.strictObject({
  clientId: id<"client">(),
  legalEntityId: id<"legal-entity">(),
  currency: currencyInput,
  creditNoteIds: z
    .array(id<"invoice">())
    .min(1)
    .max(applicationsMax)
    .optional()
    .meta({ description: "Credit notes to use. When neither these nor `paymentIds` are said, all credit is used." }),
  paymentIds: z
    .array(id<"payment">())
    .min(1)
    .max(applicationsMax)
    .optional()
    .meta({ description: "Payments to use of which something is left." }),
  applications: z
    .array(z.strictObject({ invoiceId: id<"invoice">(), amount: moneyInput }))
    .min(1)
    .max(applicationsMax)
    .optional()
    .meta({ description: "What each invoice takes; those that are due first when absent." }),
  on: localDate.optional().meta({ description: "The day it is booked; today when absent." }),
});
export const refundInput = z.strictObject({ amount: moneyInput, refundedOn: localDate.optional(), reason });
export const writeOffInput = z.strictObject({
  amount: moneyInput.optional().meta({ description: "All that is open when absent." }),
  reason,
});

export const retentionReleaseInput = z.strictObject({
  amount: moneyInput.optional().meta({ description: "All that the client keeps when absent." }),
  dueOn: localDate
    .optional()
    .meta({ description: "When it is to be paid; by the invoice's payment terms from today when absent." }),
  reason,
});

/** What an invoice took of a payment. */
export const applicationWire = z
  .strictObject({
    id: z.uuid(),
    paymentId: z.uuid(),
    invoice: z.strictObject({ id: z.uuid(), number: z.string() }),
    amount: moneyWire,
    residual: residual.optional(),
    bookedOn: localDate,
    by: z.string(),
    at: instant,
    reversed: z.strictObject({ on: localDate, reason: z.string() }).optional(),
  })
  .meta({
    id: "PaymentApplication",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d11",
      paymentId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d10",
      invoice: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "F-2026-00001" },
      amount: { amount: "1187.50", currency: "EUR" },
      residual: { kind: "bank_fee", amount: { amount: "2.50", currency: "EUR" } },
      bookedOn: "2026-12-01",
      by: "Cleo Collector",
      at: "2026-12-01T09:00:00.000Z",
    },
  });
export type ApplicationWire = z.infer<typeof applicationWire>;

const summaryShape = {
  id: z.uuid(),
  client: named("ClientName"),
  entity: named("EntityName"),
  amount: moneyWire,
  unapplied: moneyWire.meta({ description: "What no invoice took and was not paid back: the client's credit." }),
  refunded: moneyWire,
  takenBack: moneyWire.optional().meta({ description: "What the bank took back of it; absent when nothing." }),
  disputed: moneyWire
    .optional()
    .meta({ description: "What chargebacks took and nobody decided yet; absent when nothing." }),
  receivedOn: localDate,
  reference: z.string(),
  takenOver: z
    .literal(true)
    .optional()
    .meta({ description: "Present on money that came in before the firm moved in." }),
  retainerOf: z
    .uuid()
    .optional()
    .meta({ description: "The engagement it was paid ahead for: only its invoices take it." }),
  creditNoteId: z
    .uuid()
    .optional()
    .meta({ description: "The credit note that this credit comes from; no money came in then." }),
  recordedBy: z.string(),
};
const summaryExample = {
  id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d10",
  client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
  entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
  amount: { amount: "1200.00", currency: "EUR" },
  unapplied: { amount: "12.50", currency: "EUR" },
  refunded: { amount: "0.00", currency: "EUR" },
  receivedOn: "2026-12-01",
  reference: "F-2026-00001",
  recordedBy: "Cleo Collector",
};
export const paymentSummary = z.strictObject(summaryShape).meta({ id: "PaymentSummary", example: summaryExample });
export type PaymentSummary = z.infer<typeof paymentSummary>;

export const paymentWire = z
  .strictObject({ ...summaryShape, applications: z.array(applicationWire) })
  .meta({ id: "Payment", example: { ...summaryExample, applications: [exampleOf(applicationWire)] } });
export type PaymentWire = z.infer<typeof paymentWire>;

/** What invoices took of a client's credit, and what is left of it. */
export const nettingWire = z
  .strictObject({
    applied: z.array(z.strictObject({ paymentId: z.uuid(), invoiceId: z.uuid(), amount: moneyWire })),
    left: moneyWire.meta({ description: "Of the credit that was used: the client's still." }),
  })
  .meta({
    id: "Netting",
    example: {
      applied: [
        {
          paymentId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d10",
          invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
          amount: { amount: "238.00", currency: "EUR" },
        },
      ],
      left: { amount: "12.00", currency: "EUR" },
    },
  });
export type NettingWire = z.infer<typeof nettingWire>;

export const paymentFilter = {
  ...pageQuery,
  clientId: id<"client">().optional(),
  unapplied: flag.optional().meta({ description: "Only those of which something is left, or only the others." }),
};

/** What is owed on an issued invoice, and what became of it. */
export const receivableWire = z
  .strictObject({
    invoiceId: z.uuid(),
    owed: moneyWire.meta({
      description:
        "What had to be paid when it was issued, and what was released or charged for paying late since; retained money is not part of it.",
    }),
    open: moneyWire,
    writtenOff: moneyWire,
    retained: moneyWire.meta({ description: "What the client keeps until it is released." }),
    collection: z.enum(collections),
    dueOn: localDate,
    overdue: z.boolean(),
    applications: z.array(applicationWire),
  })
  .meta({
    id: "Receivable",
    example: {
      invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
      owed: { amount: "1190.00", currency: "EUR" },
      open: { amount: "0.00", currency: "EUR" },
      writtenOff: { amount: "0.00", currency: "EUR" },
      retained: { amount: "0.00", currency: "EUR" },
      collection: "settled",
      dueOn: "2026-12-03",
      overdue: false,
      applications: [exampleOf(applicationWire)],
    },
  });
export type ReceivableWire = z.infer<typeof receivableWire>;
