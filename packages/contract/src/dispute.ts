import { z } from "zod";
import { treatments } from "@plumbline/domain/credit/correction";
import { invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import {
  disputeCodes,
  disputeOutcomeNames,
  disputeParties,
  disputeStates,
  rootCauses,
} from "@plumbline/domain/receivable/dispute";
import { correctionCode, creditedPart } from "./credit-note.ts";
import { pageQuery } from "./page.ts";
import { id, instant, localDate, moneyInput, moneyWire, named, reason } from "./scalar.ts";
import { evidence } from "./trust.ts";

const linesMax = 500;

export const disputeInput = z.strictObject({
  code: z.enum(disputeCodes).meta({ example: "hours" }),
  reason: reason.meta({ description: "What the client says.", example: "The workshop on 5 October was shorter" }),
  raisedBy: z.string().trim().min(1).max(200).optional().meta({ description: "Who of the client said so." }),
  lines: z
    .array(z.int().min(1))
    .min(1)
    .max(linesMax)
    .refine((lines) => new Set(lines).size === lines.length, "names a line twice")
    .optional()
    .meta({ description: "Positions of the lines it is about; the invoice as a whole when absent.", example: [1] }),
  amount: moneyInput.optional().meta({
    description: "Gross. What crediting its lines would give back, or all that is left of the invoice, when absent.",
    example: { amount: "0.01", currency: "EUR" },
  }),
  openedOn: localDate.optional().meta({
    description: "The day on which the client said so; today where the legal entity is, when absent.",
  }),
});

export const disputeMessageInput = z.strictObject({
  saidBy: z.enum(disputeParties).meta({ description: "Whose words they are." }),
  body: z.string().trim().min(1).max(4_000).meta({ example: "We met from nine to eleven." }),
  evidence: evidence.optional(),
});

export const disputeDecisionInput = z.strictObject({
  outcome: z.enum(disputeOutcomeNames).meta({
    description: "Upheld and compromise are credited; rejected and withdrawn are due again at once.",
    example: "rejected",
  }),
  rootCause: z.enum(rootCauses).meta({ description: "Where the mistake is mended for the next time." }),
  reason: reason.meta({ description: "What was found and decided; the client reads it on a credit note." }),
  credit: z
    .strictObject({
      code: correctionCode,
      treatment: z.enum(treatments).meta({ description: "What becomes of the work of what is credited." }),
      lines: z
        .array(creditedPart)
        .min(1)
        .max(linesMax)
        .optional()
        .meta({ description: "Lines or parts of them; all that is disputed when absent." }),
      rebill: z.boolean().default(false).meta({ description: "Issuing it drafts what is rebillable anew." }),
    })
    .optional()
    .meta({ description: "The credit note that is drafted where the client is right.", example: undefined }),
});

export const disputeWire = z
  .strictObject({
    id: z.uuid(),
    invoice: z.strictObject({ id: z.uuid(), number: z.string() }),
    client: named("ClientName"),
    code: z.enum(disputeCodes),
    reason: z.string(),
    amount: moneyWire.meta({ description: "Gross: what the client need not pay until it is decided." }),
    lines: z.array(z.strictObject({ position: z.int(), description: z.string() })),
    raisedBy: z.string().optional(),
    openedOn: localDate,
    recordedBy: z.string(),
    state: z.enum(disputeStates),
    acknowledgedAt: instant.optional(),
    messages: z.array(
      z.strictObject({
        at: instant,
        saidBy: z.enum(disputeParties),
        body: z.string(),
        evidence: z.strictObject({ document: z.string(), sha256: z.string() }).optional(),
        recordedBy: z.string(),
      }),
    ),
    decision: z
      .strictObject({
        outcome: z.enum(disputeOutcomeNames),
        rootCause: z.enum(rootCauses),
        reason: z.string(),
        on: localDate,
        by: z.string(),
        creditNote: z
          .strictObject({
            id: z.uuid(),
            number: z.string().optional(),
            stage: z.enum(invoiceStages),
            total: moneyWire.meta({ description: "What it gives back." }),
          })
          .optional(),
      })
      .optional(),
  })
  .meta({
    id: "Dispute",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70",
      invoice: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00", number: "F-2026-0001" },
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      code: "hours",
      reason: "The workshop on 5 October was shorter",
      amount: { amount: "238.00", currency: "EUR" },
      lines: [{ position: 1, description: "Workshop" }],
      openedOn: "2026-11-12",
      recordedBy: "Cleo Collector",
      state: "open",
      messages: [],
    },
  });
export type DisputeWire = z.infer<typeof disputeWire>;

export const disputeFilter = {
  ...pageQuery,
  state: z.enum(disputeStates).optional(),
  invoiceId: id<"invoice">().optional(),
};
