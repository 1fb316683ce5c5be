import { z } from "zod";
import { moneyInput } from "./scalar.ts";

const wholeBasisPoints = 10_000;
const example = { amount: "5000.00", currency: "EUR" };

/** What a deposit asks for: a sum before tax, or a share of the engagement's fixed fee. */
export const depositInput = z
  .strictObject({
    ask: z.discriminatedUnion("as", [
      z.strictObject({
        as: z.literal("amount"),
        amount: moneyInput.meta({ description: "Before tax.", example }),
      }),
      z.strictObject({
        as: z.literal("share"),
        basisPoints: z
          .int()
          .min(1)
          .max(wholeBasisPoints)
          .meta({ description: "Of the engagement's fixed fee; 3000 is 30 %." }),
      }),
    ]),
  })
  .meta({ id: "DepositInput", example: { ask: { as: "amount", amount: example } } });
