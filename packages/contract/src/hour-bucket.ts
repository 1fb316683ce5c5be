import { z } from "zod";
import { pageQuery } from "./page.ts";
import { id, localDate, named } from "./scalar.ts";

const minutes = z.int().nonnegative();

/** Hours that a client bought for a period, and what is left of them. */
export const hourBucketWire = z
  .strictObject({
    id: z.uuid(),
    engagement: named("EngagementName"),
    startsOn: localDate,
    endsOn: localDate.optional().meta({ description: "First day after the period; absent when bought once." }),
    expiresOn: localDate.optional().meta({ description: "First day whose time is not covered any more." }),
    bought: minutes.meta({ description: "In minutes, as are the others." }),
    reserved: minutes.meta({ description: "Drawn by drafts." }),
    consumed: minutes.meta({ description: "Drawn for good." }),
    carried: minutes.meta({ description: "What of that covers time after the period." }),
    remaining: minutes,
  })
  .meta({
    id: "HourBucket",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d30",
      engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d31", name: "Support by the hour" },
      startsOn: "2026-10-01",
      endsOn: "2026-11-01",
      expiresOn: "2026-12-01",
      bought: 600,
      reserved: 90,
      consumed: 120,
      carried: 0,
      remaining: 390,
    },
  });
export type HourBucketWire = z.infer<typeof hourBucketWire>;

export const hourBucketFilter = { ...pageQuery, engagementId: id<"engagement">().optional() };
