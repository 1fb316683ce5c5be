import { z } from "zod";
import { closureItemNames, closureItems } from "@plumbline/domain/engagement/closure";
import { id, instant, localDate, moneyWire, named, reason } from "./scalar.ts";

const projectId = id<"project">().optional();

export const closureParams = z.strictObject({ engagementId: id<"engagement">() });
export const closureQuery = z.strictObject({
  on: localDate.optional().meta({ description: "The last day whose work is billed; today when absent." }),
  projectId,
});
export const closureInput = z.strictObject({
  on: localDate.meta({ description: "The last day whose work is billed." }),
  projectId: projectId.meta({ description: "One project of it; the whole engagement when absent." }),
  retentionDueOn: localDate.optional().meta({
    description:
      "Releases what the client keeps of the engagement's invoices, to be paid by this day; it stays kept when absent.",
    example: "2099-01-31",
  }),
  reason,
});
export const closureReopeningInput = z.strictObject({ reason });

const meanings = closureItemNames.map((item) => `\`${item}\`: ${closureItems[item].means}`).join("; ");
const done = { by: z.string(), at: instant };

/** A closure as it was made, and what became of it. */
export const closureWire = z
  .strictObject({
    id: z.uuid(),
    engagement: named("EngagementName"),
    project: named("ProjectName").optional(),
    on: localDate,
    closed: z.strictObject({ ...done, reason: z.string() }),
    finalBill: z.array(z.uuid()).meta({ description: "The invoices that were drafted with it." }),
    reopened: z.strictObject({ ...done, reason: z.string() }).optional(),
  })
  .meta({
    id: "Closure",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d95",
      engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80", name: "Harbour crane" },
      on: "2026-11-30",
      closed: { by: "Carl Controller", at: "2026-12-03T10:15:00.000Z", reason: "The crane was handed over" },
      finalBill: ["0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00"],
    },
  });
export type ClosureWire = z.infer<typeof closureWire>;

/** What stands open for an engagement on a day. */
export const closureChecklistWire = z
  .strictObject({
    engagement: named("EngagementName"),
    project: named("ProjectName").optional(),
    on: localDate,
    closable: z.boolean(),
    because: z
      .array(z.enum(["day_ahead", "closed_already", ...closureItemNames]))
      .meta({ description: "Everything that keeps it from being closed on the day." }),
    items: z
      .array(
        z.strictObject({
          item: z.enum(closureItemNames).meta({ description: meanings }),
          means: z.string(),
          blocks: z.boolean(),
          count: z.int(),
          amounts: z.array(moneyWire).meta({ description: "Per currency; time has no amount before it is rated." }),
          examples: z.array(z.uuid()).meta({ description: "Ids of some of them." }),
        }),
      )
      .meta({ description: "What stands open; what does not is absent." }),
    closures: z.array(closureWire).meta({ description: "Those that were made, newest first." }),
  })
  .meta({
    id: "ClosureChecklist",
    example: {
      engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80", name: "Harbour crane" },
      on: "2026-11-30",
      closable: true,
      because: [],
      items: [
        {
          item: "unbilled_work",
          means: "approved work that the final bill takes",
          blocks: false,
          count: 3,
          amounts: [],
          examples: ["0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00"],
        },
      ],
      closures: [],
    },
  });
export type ClosureChecklistWire = z.infer<typeof closureChecklistWire>;
