import { z } from "zod";
import { instant } from "./scalar.ts";

const answers = ["valid", "invalid", "no_answer"] as const;

const said = {
  taxId: z
    .string()
    .trim()
    .min(4)
    .max(20)
    .meta({ description: "The id that was asked about.", example: "FR40303265045" }),
  answer: z
    .enum(answers)
    .meta({ description: "`no_answer` when the register is down: the tax stays pending.", example: "valid" }),
  checkedAt: instant,
  source: z.string().trim().min(1).max(60).meta({ description: "Who answered.", example: "VIES" }),
  reference: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: "The register's reference of the consultation.", example: "WAPIAAAAXk1bW2a3" }),
};

export const vatIdCheckInput = z.strictObject(said);

export const vatIdCheckWire = z.strictObject(said).meta({
  id: "VatIdCheck",
  example: {
    taxId: "FR40303265045",
    answer: "valid",
    checkedAt: "2026-10-31T09:00:00.000Z",
    source: "VIES",
    reference: "WAPIAAAAXk1bW2a3",
  },
});
