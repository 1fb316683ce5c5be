import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Currency, minorDigits } from "./currency.ts";

/** A rate as it was found, kept with what it converted: it is never looked up again. */
export type ExchangeRate = {
  /** Units of the other currency for one unit of the amount's own: decimal text. */
  readonly rate: string;
  readonly on: LocalDate;
  readonly source: string;
};

/** As its source publishes it: one unit of `base` is `rate` units of `quote`. */
export type QuotedRate = ExchangeRate & { readonly base: Currency; readonly quote: Currency };

/** Digits that a rate may have in all; more are no rate. */
const digitsMax = 18;

export const isRate = (text: string): boolean =>
  /^\d+(\.\d+)?$/.test(text) && text.length <= digitsMax && /[1-9]/.test(text);

/**
 * What minor units of one currency are multiplied by to become minor units of another, as an exact fraction: so that a
 * conversion and whatever follows it round once.
 *
 * @throws RangeError when the text is not a rate above zero
 */
export function exchangeFraction(
  rate: string,
  currencies: { readonly from: Currency; readonly to: Currency },
): { readonly numerator: bigint; readonly denominator: bigint } {
  if (!isRate(rate)) throw new RangeError(`“${rate}” is not an exchange rate`);
  const [whole = "", fraction = ""] = rate.split(".");
  return {
    numerator: BigInt(whole + fraction) * 10n ** BigInt(minorDigits(currencies.to)),
    denominator: 10n ** BigInt(fraction.length + minorDigits(currencies.from)),
  };
}

/**
 * The same for a rate in either direction of the conversion. An inverse is a fraction as well, and never rounded by itself.
 *
 * @param to the rate's base or its quote
 */
export function quotedFraction(
  { rate, base, quote }: QuotedRate,
  to: Currency,
): { readonly numerator: bigint; readonly denominator: bigint } {
  const { numerator, denominator } = exchangeFraction(rate, { from: base, to: quote });
  return to === quote ? { numerator, denominator } : { numerator: denominator, denominator: numerator };
}

/** Whether the rate leads from one currency to the other, in either direction. */
export const isRateOf = ({ base, quote }: QuotedRate, left: Currency, right: Currency): boolean =>
  (base === left && quote === right) || (base === right && quote === left);
