import { z } from "zod";
import { invoiceStages, moveNames } from "@plumbline/domain/invoice/lifecycle";
import { lineUnits } from "@plumbline/domain/invoice/line-unit";
import { outcomes } from "@plumbline/domain/policy/policy-pack";
import { taxCategoryCodes } from "@plumbline/domain/tax/category";
import { exceptionWire } from "./exception.ts";
import { flag, pageQuery } from "./page.ts";
import { problemWire } from "./problem.ts";
import { id, instant, localDate, moneyWire, named, periodWire, reason, sha256Text } from "./scalar.ts";

export const invoiceStage = z.enum(invoiceStages).meta({ id: "InvoiceStage", example: "validation_pending" });

/** How many invoices one request may name. */
export const bulkMax = 200;

const clock = z
  .strictObject({
    waitsFor: z.string(),
    owner: z.string().meta({ description: "Role whose turn it is." }),
    dueAt: instant.meta({ description: "When waiting becomes late." }),
    late: z.boolean(),
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
    retained: moneyWire.optional().meta({ description: "What of `net` the client keeps until it is released." }),
    taxCategory: z.enum(taxCategoryCodes),
    taxBasisPoints: z.int().meta({ description: "1900 is 19 %." }),
    because: z.string().meta({ description: "The calculation in words: rate chosen, rule, sources." }),
    entries: z.int().meta({ description: "How many time entries the line bills." }),
  })
  .meta({ id: "InvoiceLine" });

export const taxWire = z
  .strictObject({
    category: z.enum(taxCategoryCodes),
    basisPoints: z.int(),
    base: moneyWire,
    tax: moneyWire,
    because: z.string(),
  })
  .meta({ id: "InvoiceTax" });

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
  })
  .meta({ id: "InvoiceCheck" });

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
      why: "You prepared this invoice; somebody else must approve it.",
    },
  });

export const documentWire = z
  .strictObject({ format: z.enum(["pdf", "html"]), hash: sha256Text, bytes: z.int(), createdAt: instant })
  .meta({ id: "InvoiceDocument" });

export const invoiceWire = z
  .strictObject({
    ...summaryShape,
    payer: named("PayerName"),
    purchaseOrder: z.string().optional(),
    paymentTermsDays: z.int(),
    preparedBy: z.string(),
    submittedBy: z.string().optional(),
    billingRunId: z.uuid(),
    bundleHash: sha256Text.meta({ description: "The policy bundle that judged it." }),
    lines: z.array(invoiceLineWire),
    taxes: z.array(taxWire),
    approvals: z.array(approvalWire).meta({ description: "Those that count: void ones are in the timeline." }),
    checks: z.array(checkWire),
    exceptions: z.array(exceptionWire),
    documents: z.array(documentWire),
    moves: z.array(moveWire).meta({ description: "Moves of the lifecycle that lead on from its stage." }),
  })
  .meta({ id: "Invoice" });
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
  .meta({ id: "TimelineEntry" });
export const timelineWire = z.strictObject({ items: z.array(timelineEntry) });

export type TimelineEntry = z.infer<typeof timelineEntry>;

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
  .meta({ id: "LineEntry" });
export type LineEntryWire = z.infer<typeof lineEntryWire>;

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

const allDifferent = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;
const twice = "names an invoice twice";
const invoiceIds = z.array(id<"invoice">()).min(1).max(bulkMax).refine(allDifferent, twice);
export const approvalInput = z.strictObject({ contentHash: sha256Text });
export const bulkMove = z.strictObject({ invoiceIds });
export const bulkReasonedMove = z.strictObject({ invoiceIds, reason });
export const bulkApproval = z.strictObject({
  approvals: z
    .array(z.strictObject({ invoiceId: id<"invoice">(), contentHash: sha256Text }))
    .min(1)
    .max(bulkMax)
    .refine((approvals) => allDifferent(approvals.map(({ invoiceId }) => invoiceId)), twice),
});
export const issuanceInput = z.strictObject({ issuedOn: localDate.optional() });
export const bulkIssuance = z.strictObject({ invoiceIds, issuedOn: localDate.optional() });
export const reasonInput = z.strictObject({ reason });

/** What became of each invoice of a bulk request, in the order it was asked for. */
export const bulkResult = z
  .strictObject({
    items: z.array(
      z.strictObject({
        invoiceId: z.uuid(),
        status: z.int().meta({ description: "As if it had been asked for alone." }),
        stage: invoiceStage.optional(),
        number: z.string().optional(),
        problem: problemWire.optional(),
      }),
    ),
  })
  .meta({ id: "BulkResult" });
export type BulkResult = z.infer<typeof bulkResult>;
