import { z } from "zod";
import { minuteBuckets } from "@plumbline/domain/worklog/minute-buckets";
import { exceptionCauseWire } from "./exception.ts";
import { invoiceStage } from "./invoice.ts";
import { pageQuery } from "./page.ts";
import { exampleOf, id, instant, localDate, moneyWire, periodWire } from "./scalar.ts";

export const billingRunStates = ["queued", "running", "done", "cancelled", "failed"] as const;

export const billingRunWire = z
  .strictObject({
    id: id<"billing-run">(),
    state: z.enum(billingRunStates),
    period: periodWire,
    clientsTotal: z.int(),
    clientsDone: z.int(),
    entries: z.int().meta({ description: "Work it looked at, also what it held back." }),
    drafts: z.int(),
    cancelRequested: z.boolean(),
    failure: z.string().optional(),
    startedBy: z.string(),
    createdAt: instant,
    finishedAt: instant.optional(),
  })
  .meta({
    id: "BillingRun",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d03",
      state: "running",
      period: exampleOf(periodWire),
      clientsTotal: 60,
      clientsDone: 12,
      entries: 2_140,
      drafts: 14,
      cancelRequested: false,
      startedBy: "Cora Lind",
      createdAt: "2026-11-03T08:00:00.000Z",
    },
  });
export type BillingRunWire = z.infer<typeof billingRunWire>;

export const startBillingRunInput = z.strictObject({ period: periodWire });
export const billingRunFilter = { ...pageQuery, state: z.enum(billingRunStates).optional() };
export type BillingRunFilter = z.output<z.ZodObject<typeof billingRunFilter>>;

/** Where every approved source minute is: each in exactly one bucket. */
export const minuteBalanceWire = z
  .strictObject({
    minutes: z.strictObject(
      Object.fromEntries(minuteBuckets.map((bucket) => [bucket, z.int()])) as Record<
        (typeof minuteBuckets)[number],
        z.ZodInt
      >,
    ),
    total: z.int(),
  })
  .meta({
    id: "MinuteBalance",
    example: {
      minutes: Object.fromEntries(minuteBuckets.map((bucket) => [bucket, bucket === "billed" ? 480 : 0])),
      total: 480,
    },
  });

/** One column of the pipeline. */
export const pipelineStageWire = z
  .strictObject({
    stage: invoiceStage,
    title: z.string(),
    count: z.int(),
    totals: z.array(moneyWire).meta({ description: "By currency; never added across." }),
    oldestSince: instant.optional().meta({ description: "When the one that waits longest entered the stage." }),
    late: z.int().meta({ description: "How many have waited longer than their clock allows." }),
    blocked: z.int(),
  })
  .meta({
    id: "PipelineStage",
    example: {
      stage: "validation_pending",
      title: "Validation pending",
      count: 14,
      totals: [
        { amount: "8420.00", currency: "CHF" },
        { amount: "61250.50", currency: "EUR" },
      ],
      oldestSince: "2026-11-03T10:15:00.000Z",
      late: 2,
      blocked: 1,
    },
  });
const waitingCash = z.strictObject({
  bankEntries: z.int().meta({ description: "What a bank says and nobody placed yet." }),
  chargebacks: z
    .strictObject({
      count: z.int(),
      missed: z.int().meta({ description: "Not answered by their day." }),
      atStake: z.array(moneyWire),
      nextAnswerBy: localDate.optional(),
    })
    .meta({ description: "Those that are not answered." }),
});

export const pipelineWire = z
  .strictObject({
    stages: z.array(pipelineStageWire),
    causes: z.array(exceptionCauseWire),
    latestPeriod: z.strictObject({ start: localDate, end: localDate }).optional(),
    cash: waitingCash.optional().meta({ description: "Money that waits for a person; for those who may see it." }),
  })
  .meta({
    id: "Pipeline",
    example: {
      stages: [exampleOf(pipelineStageWire)],
      causes: [exampleOf(exceptionCauseWire)],
      latestPeriod: exampleOf(periodWire),
    },
  });
export type PipelineWire = z.infer<typeof pipelineWire>;

export const timeApprovalInput = z.strictObject({
  period: periodWire,
  projectIds: z.array(id<"project">()).min(1).max(1_000).optional().meta({ description: "All projects when absent." }),
});
export const timeApprovalResult = z
  .strictObject({ entries: z.int(), minutes: z.int() })
  .meta({ id: "TimeApproval", example: { entries: 312, minutes: 48_600 } });
