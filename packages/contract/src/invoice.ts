import { z } from "zod";
import { correctionCodes } from "@plumbline/domain/credit/correction";
import { invoiceStages, moveNames } from "@plumbline/domain/invoice/lifecycle";
import { outcomes } from "@plumbline/domain/policy/policy-pack";
import { taxPointRules } from "@plumbline/domain/tax/tax-point";
import { withholdingBases } from "@plumbline/domain/engagement/withholding";
import { exceptionWire } from "./exception.ts";
import { adjustmentWire, invoiceLineWire, taxConversionWire, taxWire } from "./invoice-line.ts";
import { flag, pageQuery } from "./page.ts";
import { writeDownWire } from "./write-down.ts";
import { exampleOf, id, instant, localDate, moneyWire, named, periodWire, sha256Text } from "./scalar.ts";

export const invoiceStage = z.enum(invoiceStages).meta({ id: "InvoiceStage", example: "validation_pending" });

const clock = z
  .strictObject({
    waitsFor: z.string(),
    owner: z.string().meta({ description: "Role whose turn it is." }),
    dueAt: instant.optional().meta({ description: "When waiting becomes late; absent while it is paused." }),
    late: z.boolean(),
    pausedFor: z
      .string()
      .optional()
      .meta({ description: "Why nobody has to hurry: the client is asked, for example." }),
  })
  .meta({
    id: "InvoiceClock",
    example: {
      waitsFor: "the manager's decision",
      owner: "project_manager",
      dueAt: "2026-11-05T10:15:00.000Z",
      late: false,
    },
  });

/** A document that another one points at; without a number before it is issued. */
export const linkedInvoice = z
  .strictObject({ id: z.uuid(), number: z.string().optional() })
  .meta({ id: "LinkedInvoice", example: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "F-2026-00001" } });

const summaryShape = {
  id: id<"invoice">(),
  stage: invoiceStage,
  stageSince: instant,
  /** Absent before issue: a draft has no number. */
  number: z.string().optional(),
  client: named("ClientName"),
  entity: named("EntityName"),
  engagement: z.string().optional().meta({ description: "Code and name, when the invoice is about one engagement." }),
  project: z.string().optional().meta({ description: "Name, when the invoice is about one project." }),
  period: periodWire,
  net: moneyWire,
  tax: moneyWire,
  total: moneyWire,
  minutes: z.int(),
  issuedOn: localDate.optional(),
  dueOn: localDate.optional(),
  version: z.int().meta({ description: "Counts every change; the entity tag." }),
  contentHash: sha256Text.meta({ description: "What an approval is bound to." }),
  blocking: z
    .array(z.string())
    .meta({ description: "Codes of open exceptions that stop it.", example: ["po-required"] }),
  warnings: z.array(z.string()).meta({ description: "Codes of open exceptions that do not.", example: [] }),
  clock: clock.optional().meta({ description: "What it waits for; absent when it waits for nobody." }),
  kind: z
    .enum(["deposit", "opening"])
    .optional()
    .meta({ description: "Present on a deposit invoice, and on one that a former system issued." }),
  disputed: moneyWire.optional().meta({
    description:
      "What of an issued invoice its client disputes: while it is present, `disputed` is the state people see.",
  }),
  corrects: linkedInvoice.optional().meta({ description: "Of a credit note: the invoice it takes back from." }),
};

const summaryExample = {
  id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
  stage: "validation_pending",
  stageSince: "2026-11-03T10:15:00.000Z",
  client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
  entity: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d02", name: "Meridian Consulting GmbH" },
  engagement: "E-114 Operating model",
  period: { start: "2026-10-01", end: "2026-11-01" },
  net: { amount: "1000.00", currency: "EUR" },
  tax: { amount: "190.00", currency: "EUR" },
  total: { amount: "1190.00", currency: "EUR" },
  minutes: 480,
  version: 2,
  contentHash: "5f2c9a7d0e4b8163c1a5f7e29d3b6c8045e1f0a9b7c6d5e4f3a2b1c0d9e8f7a6",
  blocking: [],
  warnings: [],
};

export const invoiceSummary = z.strictObject(summaryShape).meta({ id: "InvoiceSummary", example: summaryExample });
export type InvoiceSummary = z.infer<typeof invoiceSummary>;

export const approvalWire = z
  .strictObject({ step: z.enum(["manager", "finance"]), by: z.string(), at: instant })
  .meta({ id: "InvoiceApproval", example: { step: "manager", by: "Katharina Voss", at: "2026-11-03T12:00:00.000Z" } });

/** What one rule said when the invoice was last judged. */
export const checkWire = z
  .strictObject({
    pack: z.string(),
    rule: z.string(),
    outcome: z.enum(outcomes),
    owner: z.string(),
    message: z.string(),
    waived: z
      .strictObject({ until: localDate, by: z.string(), because: z.string() })
      .optional()
      .meta({ description: "It stands, but does not stop the invoice up to and on this day." }),
  })
  .meta({
    id: "InvoiceCheck",
    example: {
      pack: "purchase-orders",
      rule: "po-required",
      outcome: "pass",
      owner: "project_manager",
      message: "This client pays only against a purchase order that covers the invoice.",
    },
  });

/** A move of the lifecycle, and whether the caller can make it now. */
export const moveWire = z
  .strictObject({
    move: z.enum(moveNames),
    allowed: z.boolean(),
    why: z.string().optional().meta({ description: "Why not, in words for the person who asks." }),
  })
  .meta({
    id: "InvoiceMove",
    example: {
      move: "approve_manager",
      allowed: false,
      why: "You submitted this invoice; a project manager or a practice lead who had no part in it must approve it.",
    },
  });

export const documentWire = z
  .strictObject({ format: z.enum(["pdf", "html"]), hash: sha256Text, bytes: z.int(), createdAt: instant })
  .meta({
    id: "InvoiceDocument",
    example: { format: "pdf", hash: summaryExample.contentHash, bytes: 48_213, createdAt: "2026-11-04T09:00:02.000Z" },
  });

export const invoiceWire = z
  .strictObject({
    ...summaryShape,
    payer: named("PayerName"),
    purchaseOrder: z.string().optional(),
    paymentTermsDays: z.int(),
    preparedBy: z.string(),
    submittedBy: z.string().optional(),
    billingRunId: z.uuid().optional().meta({ description: "Absent when a person asked for it." }),
    bundleHash: sha256Text.meta({ description: "The policy bundle that judged it." }),
    lines: z.array(invoiceLineWire),
    adjustments: z.array(adjustmentWire).optional().meta({
      description: "Discounts and surcharges of the invoice: `net` is the sum of its lines with these.",
    }),
    taxes: z.array(taxWire),
    taxConversion: taxConversionWire.optional().meta({
      description:
        "The tax in the currency of the legal entity (EN 16931 BT-6, BT-111), when the invoice is in another one and charges " +
        "tax. Present once the rate is fixed: with the draft or at issue, as the entity has it.",
    }),
    approvals: z.array(approvalWire).meta({ description: "Those that count: void ones are in the timeline." }),
    checks: z.array(checkWire),
    exceptions: z.array(exceptionWire),
    documents: z.array(documentWire),
    moves: z.array(moveWire).meta({ description: "Moves of the lifecycle that lead on from its stage." }),
    taxPoint: z
      .strictObject({ rule: z.enum(taxPointRules), on: localDate.optional() })
      .meta({ description: "When its VAT becomes due: the rule, and the day as soon as it is known." }),
    withholding: z
      .strictObject({
        amount: moneyWire,
        basisPoints: z.int(),
        of: z.enum(withholdingBases),
        reference: z.string().meta({ description: "The law that asks for it." }),
      })
      .optional()
      .meta({ description: "What the client is expected to keep for its tax authority; part of no total." }),
    takenOver: z
      .strictObject({ on: localDate, open: moneyWire })
      .optional()
      .meta({ description: "Of an invoice that a former system issued: the cut-over, and what was open then." }),
    earlyPayment: z
      .array(z.strictObject({ until: localDate, basisPoints: z.int(), discount: moneyWire }))
      .optional()
      .meta({
        description:
          "Once issued: what the client may keep when its money comes in by a day, of all that was asked for. The tax falls by its part.",
      }),
    depositLeft: moneyWire
      .optional()
      .meta({ description: "Of a deposit that was issued: what is neither deducted nor credited, before tax." }),
    writeDowns: z.array(writeDownWire).optional().meta({
      description:
        "What persons decided to ask less, or nothing, for before issue; those that were withdrawn are left out.",
    }),
    correction: z
      .strictObject({ code: z.enum(correctionCodes), reason: z.string() })
      .optional()
      .meta({ description: "Of a credit note: why it takes back." }),
    rebills: z.literal(true).optional().meta({
      description: "Of a credit note: what it takes back and is rebillable is drafted anew when it is issued.",
    }),
    replaces: linkedInvoice.optional().meta({ description: "The credit note whose work this invoice bills anew." }),
    rebilledBy: z
      .array(linkedInvoice)
      .optional()
      .meta({ description: "Of a credit note: the invoices that were drafted of what it took back." }),
    creditNotes: z
      .array(z.strictObject({ id: z.uuid(), number: z.string().optional(), stage: invoiceStage, total: moneyWire }))
      .optional()
      .meta({ description: "Credit notes of this invoice; those that were given up are left out." }),
  })
  .meta({
    id: "Invoice",
    example: {
      ...summaryExample,
      payer: summaryExample.client,
      purchaseOrder: "PO-4711",
      paymentTermsDays: 30,
      preparedBy: "billing-runner",
      submittedBy: "Cora Lind",
      taxPoint: { rule: "service_end", on: "2026-10-31" },
      billingRunId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d03",
      bundleHash: summaryExample.contentHash,
      lines: [exampleOf(invoiceLineWire)],
      taxes: [exampleOf(taxWire)],
      approvals: [],
      checks: [exampleOf(checkWire)],
      exceptions: [],
      documents: [],
      moves: [exampleOf(moveWire)],
    },
  });
export type InvoiceWire = z.infer<typeof invoiceWire>;

/** One thing that happened to an invoice. */
export const timelineEntry = z
  .strictObject({
    at: instant,
    what: z.string().meta({ description: "Name of the event.", example: "invoice.manager_approved" }),
    by: z.string(),
    byKind: z.enum(["person", "system", "key"]),
    reason: z.string().optional(),
  })
  .meta({
    id: "TimelineEntry",
    example: {
      at: "2026-11-03T12:00:00.000Z",
      what: "invoice.sent_back",
      by: "Katharina Voss",
      byKind: "person",
      reason: "Wrong purchase order",
    },
  });
export type TimelineEntry = z.infer<typeof timelineEntry>;
export const timelineWire = z.strictObject({ items: z.array(timelineEntry) });

export const invoiceFilter = {
  ...pageQuery,
  stage: invoiceStage.optional(),
  clientId: id<"client">().optional(),
  billingRunId: id<"billing-run">().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  number: z.string().max(60).optional().meta({ description: "The whole number." }),
  blocked: flag.optional().meta({ description: "Only those with, or without, an open blocking exception." }),
  late: flag.optional().meta({ description: "Only those whose clock ran out, or only the others." }),
  awaitingMe: flag
    .optional()
    .meta({ description: "Only those whose next move the caller may make: not own submissions." }),
};

export type InvoiceFilter = z.output<z.ZodObject<typeof invoiceFilter>>;
