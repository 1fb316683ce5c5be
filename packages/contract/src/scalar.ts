import { z } from "zod";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { parseLocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { type Currency, isCurrency } from "@plumbline/domain/money/currency";
import { parseDecimal, toDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";

/** Parses an identifier of one kind. The only place where text becomes an Id. */
export const id = <Kind extends string>() =>
  z
    .uuid()
    .transform((text) => text.toLowerCase() as Id<Kind>)
    .meta({ example: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00" });

/** A calendar date, which has no zone. */
export const localDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "write a date as YYYY-MM-DD")
  .refine((text) => parseLocalDate(text) !== undefined, "is not a day of the calendar")
  .transform((text) => text as LocalDate)
  .meta({ format: "date", example: "2026-10-31" });

/** An instant, in UTC. */
export const instant = z.iso.datetime().meta({ example: "2026-11-03T10:15:00.000Z" });

/** SHA-256 as 64 hexadecimal digits. */
export const sha256Text = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits")
  .meta({ example: "5f2c9a7d0e4b8163c1a5f7e29d3b6c8045e1f0a9b7c6d5e4f3a2b1c0d9e8f7a6" });

/** Why somebody does something, for the audit and for whoever reads it next. */
export const reason = z.string().trim().min(1, "say why").max(1_000).meta({ example: "Wrong purchase order" });

/** Money on the wire: a decimal string and a code, so that no client is tempted by floating point. */
export const moneyWire = z
  .strictObject({
    amount: z.string().regex(/^-?\d+(\.\d+)?$/),
    currency: z.string().regex(/^[A-Z]{3}$/),
  })
  .meta({ id: "Money", example: { amount: "1190.00", currency: "EUR" } });
export type MoneyWire = z.infer<typeof moneyWire>;

/** An amount somebody states: more than nothing, in a currency there is, with no more digits than it has. */
export const moneyInput = moneyWire.transform(({ amount, currency }, context): Money => {
  const parsed = isCurrency(currency) ? parseDecimal(amount, currency) : undefined;
  if (parsed !== undefined && parsed.minor > 0n) return parsed;
  context.addIssue("must be more than nothing, in an active currency, with no more digits than it has");
  return z.NEVER;
});

/** The code of a currency there is. */
export const currencyInput = z
  .string()
  .refine(isCurrency, "is not the code of an active currency")
  .meta({ example: "EUR" });

export const toMoneyWire = (amount: Money): MoneyWire => ({ amount: toDecimal(amount), currency: amount.currency });

/** From minor units as the database gives them: a decimal string of an integer. */
export const minorToWire = (minor: string | bigint, currency: string): MoneyWire =>
  toMoneyWire({ minor: BigInt(minor), currency: currency as Currency });

/** A half-open span of days: `end` is the first day that no longer belongs to it. */
export const periodWire = z
  .strictObject({ start: localDate, end: localDate })
  .refine(({ start, end }) => start < end, { message: "must end after it starts", path: ["end"] })
  .meta({ id: "Period", example: { start: "2026-10-01", end: "2026-11-01" } });

/** The example of a part, for the example of the whole. */
export const exampleOf = (shape: z.ZodType): unknown => shape.meta()?.["example"];

/** A thing by id, with the words people know it by. */
export const named = (kind: string) =>
  z
    .strictObject({ id: z.uuid(), name: z.string() })
    .meta({ id: kind, example: { id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d01", name: "Bright & Moor" } });
