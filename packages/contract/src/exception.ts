import { z } from "zod";
import { pageQuery } from "./page.ts";
import { id, instant, moneyWire } from "./scalar.ts";

export const exceptionLanes = ["business", "technical"] as const;
export const exceptionSeverities = ["block", "warn", "inform"] as const;
const states = ["open", "resolved"] as const;

export const exceptionWire = z
  .strictObject({
    id: id<"exception">(),
    code: z.string(),
    lane: z.enum(exceptionLanes),
    severity: z.enum(exceptionSeverities),
    state: z.enum(states),
    owner: z.string().meta({ description: "Role that must deal with it." }),
    message: z.string(),
    subject: z.strictObject({
      kind: z.enum(["work", "worker_week", "milestone", "expense", "engagement", "invoice"]),
      id: z.uuid().meta({ description: "Of the project, worker, milestone, expense, engagement or invoice." }),
      name: z.string().optional().meta({ description: "Of the same; an invoice without a number goes by its client." }),
    }),
    invoiceId: id<"invoice">().optional(),
    entries: z.int(),
    minutes: z.int(),
    atStake: moneyWire.optional().meta({ description: "Unknown for work without a rate." }),
    openedAt: instant,
    closedAt: instant.optional(),
  })
  .meta({
    id: "Exception",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d05",
      code: "po-required",
      lane: "business",
      severity: "block",
      state: "open",
      owner: "project_manager",
      message: "This client pays only against a purchase order that covers the invoice.",
      subject: { kind: "invoice", id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00" },
      invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
      entries: 12,
      minutes: 480,
      atStake: { amount: "1000.00", currency: "EUR" },
      openedAt: "2026-11-03T10:15:00.000Z",
    },
  });
export type ExceptionWire = z.infer<typeof exceptionWire>;

export const exceptionFilter = {
  ...pageQuery,
  state: z.enum(states).default("open"),
  lane: z.enum(exceptionLanes).optional(),
  severity: z.enum(exceptionSeverities).optional(),
  code: z.string().max(60).optional(),
  invoiceId: id<"invoice">().optional(),
};

/** Open exceptions of one cause. Amounts are by currency and never added across. */
export const exceptionCauseWire = z
  .strictObject({
    code: z.string(),
    lane: z.enum(exceptionLanes),
    severity: z.enum(exceptionSeverities),
    count: z.int(),
    minutes: z.int(),
    atStake: z.array(moneyWire),
  })
  .meta({
    id: "ExceptionCause",
    example: {
      code: "rate-missing",
      lane: "business",
      severity: "block",
      count: 3,
      minutes: 1_440,
      atStake: [{ amount: "3600.00", currency: "EUR" }],
    },
  });
export const exceptionCausesWire = z.strictObject({ items: z.array(exceptionCauseWire) });
