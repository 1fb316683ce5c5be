import type { Currency } from "@plumbline/domain/money/currency";
import { isRateOf, quotedFraction, type QuotedRate } from "@plumbline/domain/money/exchange";
import { divide } from "@plumbline/domain/money/money";
import type { RateChoice } from "./rate-book.ts";

/**
 * The rate that was chosen in the currency of the invoice, rounded half up to its minor unit once: a price is an amount that the
 * client reads. Whatever was agreed besides (overtime, raises, tiers) starts from it.
 *
 * @returns the choice as it is when it is in that currency already, or when `by` does not lead there
 */
export function converted(
  choice: RateChoice | undefined,
  to: Currency,
  by: QuotedRate | undefined,
): RateChoice | undefined {
  if (choice === undefined || choice.rate.currency === to) return choice;
  const { priceMinor, currency } = choice.rate;
  if (by === undefined || !isRateOf(by, currency, to)) return choice;
  const { numerator, denominator } = quotedFraction(by, to);
  const price = divide(priceMinor * numerator, denominator, "half-up");
  const rate = { ...choice.rate, currency: to, priceMinor: price, convertedFrom: { priceMinor, currency, by } };
  return { ...choice, rate };
}
