import { z } from "zod";
import { writeDownKinds } from "@plumbline/domain/rating/write-down";
import { instant, moneyInput, moneyWire, reason } from "./scalar.ts";

const wordingMax = 200;
const basisPoints = z.int().min(1).max(10_000);

/** What is asked less for a line before issue, and why. */
export const writeDownInput = z
  .strictObject({
    line: z.int().min(1).meta({ description: "Position of the line on the invoice." }),
    take: z
      .union([z.strictObject({ basisPoints }), z.strictObject({ amount: moneyInput }), z.literal("no_charge")])
      .meta({
        description:
          "A share of what the line comes to after agreed discounts, a net amount of it, or all of it: its work is then no charge.",
      }),
    reason: reason.meta({ description: "For the firm; the client does not read it." }),
    wording: z.string().trim().min(1).max(wordingMax).optional().meta({
      description: "What the client reads as the reason of the discount; neutral words in their language when absent.",
    }),
  })
  .meta({
    id: "WriteDownInput",
    example: { line: 1, take: { basisPoints: 1000 }, reason: "The handover took longer than it should have" },
  });

/** A decision that stands. */
export const writeDownWire = z
  .strictObject({
    id: z.uuid(),
    kind: z.enum(writeDownKinds),
    basisPoints: z.int().optional(),
    taken: moneyWire.meta({ description: "What it takes off the invoice as it is now." }),
    lines: z.array(z.int()).meta({ description: "Positions of the lines that its work is on now." }),
    reason: z.string(),
    wording: z.string().optional(),
    by: z.string(),
    at: instant,
  })
  .meta({
    id: "WriteDown",
    example: {
      id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d21",
      kind: "write_down",
      basisPoints: 1000,
      taken: { amount: "20.00", currency: "EUR" },
      lines: [1],
      reason: "The handover took longer than it should have",
      by: "Petra Lead",
      at: "2026-11-03T12:00:00.000Z",
    },
  });
