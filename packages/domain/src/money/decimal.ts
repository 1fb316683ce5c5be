import { type Currency, minorDigits } from "./currency.ts";
import { divide, type Money, money, type Rounding } from "./money.ts";

export type DecimalFormat = {
  /** Defaults to a point. */
  readonly decimalSeparator?: "." | ",";
  /** Allowed between groups of three digits; without it a grouped number is refused, never guessed at. */
  readonly thousandsSeparator?: "," | "." | "'" | " ";
  /** How to fit more digits than the currency has; without it they are refused. */
  readonly rounding?: Rounding;
};

/** Longer text is not an amount of money, and bounds the work a hostile cell can cause. */
const textLengthMax = 40;

/**
 * Reads decimal text such as `1013.38` exactly, without floating point.
 *
 * @returns undefined for anything else: signs other than a leading minus, exponents, bare points, wrong groups,
 *   or more digits than the currency has (unless a rounding is named)
 */
export function parseDecimal(text: string, currency: Currency, format: DecimalFormat = {}): Money | undefined {
  if (text.length > textLengthMax) return undefined;
  const decimal = format.decimalSeparator ?? ".";
  const negative = text.startsWith("-");
  const [grouped = "", fraction, ...rest] = (negative ? text.slice(1) : text).split(decimal);
  const integer = withoutGroups(grouped, format.thousandsSeparator, decimal);
  if (integer === undefined || rest.length > 0) return undefined;
  if (fraction !== undefined && !/^\d+$/.test(fraction)) return undefined;

  const digits = minorDigits(currency);
  const excess = (fraction?.length ?? 0) - digits;
  const exact = BigInt(integer + (fraction ?? "").padEnd(digits, "0"));
  const signed = negative ? -exact : exact;
  if (excess <= 0) return money(signed, currency);
  return format.rounding && money(divide(signed, 10n ** BigInt(excess), format.rounding), currency);
}

/**
 * Writes the amount with all digits of its currency: `1013.38` for EUR, `1013` for JPY. No grouping, point as
 * separator.
 */
export function toDecimal(amount: Money): string {
  const digits = minorDigits(amount.currency);
  const sign = amount.minor < 0n ? "-" : "";
  const text = (amount.minor < 0n ? -amount.minor : amount.minor).toString().padStart(digits + 1, "0");
  return digits === 0 ? sign + text : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** An amount in a sentence: `1013.38 EUR`. */
export const amountText = (minor: bigint, currency: Currency): string =>
  `${toDecimal(money(minor, currency))} ${currency}`;

/** The digits before the decimal separator, or undefined when they are not digits in proper groups. */
function withoutGroups(text: string, separator: string | undefined, decimal: string): string | undefined {
  if (/^\d+$/.test(text)) return text;
  if (separator === undefined || separator === decimal) return undefined;
  const [first = "", ...groups] = text.split(separator);
  const proper = /^\d{1,3}$/.test(first) && groups.every((group) => /^\d{3}$/.test(group));
  return proper ? first + groups.join("") : undefined;
}
