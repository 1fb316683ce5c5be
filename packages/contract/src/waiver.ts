import { z } from "zod";
import { pageQuery } from "./page.ts";
import { id, instant, localDate, named, reason, sha256Text } from "./scalar.ts";

/** A waiver outlives no year. */
const daysMax = 366;

const rule = z.string().min(1).max(60).meta({ description: "Id of the rule.", example: "po-required" });
const days = z
  .int()
  .min(1)
  .max(daysMax)
  .meta({ description: "For how many days it counts, today included.", example: 30 });

export const invoiceWaiverInput = z.strictObject({
  rule,
  days,
  contentHash: sha256Text.meta({ description: "The content that was seen: whatever changes it ends the waiver." }),
  reason,
});
export const clientWaiverInput = z.strictObject({ rule, days, reason });
export const clientWaiverParams = z.strictObject({ clientId: id<"client">() });

export const waiverWire = z
  .strictObject({
    id: z.uuid(),
    rule: z.string(),
    invoiceId: z.uuid().optional(),
    client: named("ClientName"),
    until: localDate.meta({ description: "The last day on which it counts." }),
    reason: z.string(),
    given: z.strictObject({ by: z.string(), at: instant }),
    isCurrent: z
      .boolean()
      .meta({ description: "Whether it counts today: not expired, and about the content there is." }),
  })
  .meta({
    id: "Waiver",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1e30",
      rule: "po-required",
      client: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" },
      until: "2026-12-04",
      reason: "The order is on its way; the client's buyer confirmed it",
      given: { by: "Carl Controller", at: "2026-11-05T09:00:00.000Z" },
      isCurrent: true,
    },
  });
export type WaiverWire = z.infer<typeof waiverWire>;

export const waiverFilter = { ...pageQuery, clientId: id<"client">().optional() };
