import type { Currency } from "@plumbline/domain/money/currency";
import { parseDecimal } from "@plumbline/domain/money/decimal";
import { cut, type RowReader } from "../row-reader.ts";

/** Beyond any agreement, and far below what sums can hold. */
const amountMinorMax = 10n ** 15n;

/** An amount above nothing, or a refusal under its column. */
export function readAmount(row: RowReader, field: string, currency: Currency): bigint | undefined {
  const text = row.key(field);
  if (text === "") return undefined;
  const amount = amountOf(text, currency);
  if (amount !== undefined) return amount;
  const nothing = (parseDecimal(text, currency)?.minor ?? 1n) <= 0n;
  return row.refuse(field, `“${cut(text)}” is not an amount in ${currency}${nothing ? " above zero" : ""}`);
}

/** An amount that may be nothing: an empty cell, or zero. */
export function readAmountOrNone(row: RowReader, field: string, currency: Currency): bigint {
  const none = row.text(field) === "" || parseDecimal(row.text(field), currency)?.minor === 0n;
  return none ? 0n : (readAmount(row, field, currency) ?? 0n);
}

/** Above nothing, and within what sums can hold. */
export function amountOf(text: string, currency: Currency): bigint | undefined {
  const minor = parseDecimal(text, currency)?.minor;
  return minor !== undefined && minor > 0n && minor <= amountMinorMax ? minor : undefined;
}
