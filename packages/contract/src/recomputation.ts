import { z } from "zod";
import { id, sha256Text } from "./scalar.ts";

const differenceWire = z.strictObject({
  where: z.string().meta({ description: "What differs: `invoice`, `line 2`, `snapshot`, `rate <id>`, …" }),
  member: z.string(),
  stored: z.string().optional().meta({ description: "Absent when nothing of the kind is stored." }),
  recomputed: z.string().optional().meta({ description: "Absent when the inputs make nothing of the kind." }),
});

/** An invoice made anew from its stored inputs, held against what is stored. */
export const recomputationWire = z
  .strictObject({
    invoiceId: id<"invoice">(),
    number: z.string().optional().meta({ description: "Once it is issued." }),
    matches: z.boolean().meta({ description: "Made anew, it is what is stored, to the byte." }),
    contentHash: sha256Text.meta({ description: "Of what is stored and was approved." }),
    differences: z.array(differenceWire),
  })
  .meta({
    id: "Recomputation",
    example: {
      invoiceId: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
      number: "MC-DE-2026-00042",
      matches: false,
      contentHash: "5f2c9a7d0e4b8163c1a5f7e29d3b6c8045e1f0a9b7c6d5e4f3a2b1c0d9e8f7a6",
      differences: [{ where: "line 2", member: "net_minor", stored: "48000", recomputed: "44000" }],
    },
  });
export type RecomputationWire = z.output<typeof recomputationWire>;
