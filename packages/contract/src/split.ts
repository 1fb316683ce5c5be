import { z } from "zod";
import { pageQuery } from "./page.ts";
import { id, localDate, named } from "./scalar.ts";

/** Who bears an engagement, or a project of it, in which shares. */
export const splitWire = z
  .strictObject({
    id: z.uuid(),
    engagement: named("SplitEngagementName"),
    project: named("SplitProjectName")
      .optional()
      .meta({ description: "Absent when it is about the whole engagement." }),
    from: localDate.meta({ description: "First day whose work is split." }),
    until: localDate.optional().meta({ description: "First day whose work is not split any more." }),
    replaced: z.boolean().meta({ description: "Another took its place: only what it divided goes on by it." }),
    parts: z.array(
      z.strictObject({
        position: z.int().positive(),
        payer: named("SplitPayerName"),
        share: z.string().meta({ description: "A percentage where it is one exactly, else a fraction." }),
        purchaseOrder: z.string().optional(),
        costCentre: z.string().optional().meta({ description: "EN 16931 BT-133." }),
        profile: z.string().meta({ description: "The payer's delivery profile." }),
      }),
    ),
  })
  .meta({
    id: "Split",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d30",
      engagement: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d31", name: "Joint venture" },
      from: "2026-10-01",
      replaced: false,
      parts: [
        {
          position: 1,
          payer: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d32", name: "Bright" },
          share: "1/3",
          profile: "standard",
        },
        {
          position: 2,
          payer: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d33", name: "Acme" },
          share: "2/3",
          purchaseOrder: "PO-7",
          costCentre: "K100",
          profile: "standard",
        },
      ],
    },
  });
export type SplitWire = z.infer<typeof splitWire>;

export const splitFilter = { ...pageQuery, engagementId: id<"engagement">().optional() };
