import { z } from "zod";
import { correctionCodes, treatments } from "@plumbline/domain/credit/correction";
import { moneyInput, reason } from "./scalar.ts";

const linesMax = 500;

const quantity = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,6})?$/, "a decimal number")
  .meta({ description: "Of its quantity, in its unit: minutes for time.", example: "1" });
const amount = moneyInput.meta({
  description: "Of its price, net; the work stays billed, so this is a concession.",
  example: { amount: "50.00", currency: "EUR" },
});

/** A line of an issued invoice, or a part of it. */
export const creditedPart = z.strictObject({
  line: z.int().min(1).meta({ description: "Position of the line on the invoice." }),
  take: z
    .union([z.strictObject({ quantity }), z.strictObject({ amount }), z.literal("rest")])
    .meta({ description: "A part of it, or all that is left." }),
});
const creditedLine = creditedPart.extend({ treatment: z.enum(treatments) });

export const correctionCode = z.enum(correctionCodes).meta({ example: "wrong_quantity" });
export const correctionReason = reason.meta({ description: "The client reads it on the credit note." });

/** What to credit of an issued invoice. */
export const creditNoteInput = z
  .strictObject({
    code: correctionCode,
    reason: correctionReason,
    lines: z.array(creditedLine).min(1).max(linesMax),
    rebill: z
      .boolean()
      .default(false)
      .meta({
        description:
          "Issuing it drafts what is rebillable anew, by the terms, rates and rules of then: `GET /v1/invoices/{id}/rebill` of the " +
          "credit note says what that comes to.",
      }),
  })
  .meta({
    id: "CreditNoteInput",
    example: {
      code: "wrong_quantity",
      reason: "The workshop on 5 October was shorter",
      lines: [{ line: 1, treatment: "concession", take: { quantity: "90" } }],
    },
  });
