import { z } from "zod";
import { minuteBuckets } from "@plumbline/domain/worklog/minute-buckets";
import { exceptionCauseWire } from "./exception.ts";
import { invoiceStage } from "./invoice.ts";
import { pageQuery } from "./page.ts";
import { id, instant, localDate, moneyWire, periodWire } from "./scalar.ts";

export const billingRunStates = ["queued", "running", "done", "cancelled", "failed"] as const;

export const billingRunWire = z
  .strictObject({
    id: id<"billing-run">(),
    state: z.enum(billingRunStates),
    period: periodWire,
    clientsTotal: z.int(),
    clientsDone: z.int(),
    entries: z.int(),
    drafts: z.int(),
    cancelRequested: z.boolean(),
    failure: z.string().optional(),
    startedBy: z.string(),
    createdAt: instant,
    finishedAt: instant.optional(),
  })
  .meta({ id: "BillingRun" });
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
  .meta({ id: "MinuteBalance" });

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
  .meta({ id: "PipelineStage" });
export const pipelineWire = z
  .strictObject({
    stages: z.array(pipelineStageWire),
    causes: z.array(exceptionCauseWire),
    latestPeriod: z.strictObject({ start: localDate, end: localDate }).optional(),
  })
  .meta({ id: "Pipeline" });
export type PipelineWire = z.infer<typeof pipelineWire>;

export const timeApprovalInput = z.strictObject({
  period: periodWire,
  projectIds: z.array(id<"project">()).min(1).max(1_000).optional().meta({ description: "All projects when absent." }),
});
export const timeApprovalResult = z.strictObject({ entries: z.int(), minutes: z.int() }).meta({ id: "TimeApproval" });
