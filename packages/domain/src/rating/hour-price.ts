import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { HourTerms, OvertimeRule, TierStep, Travel } from "@plumbline/domain/engagement/time-terms";
import { divide } from "@plumbline/domain/money/money";
import { type Raised, raisedPrice } from "./indexed-price.ts";
import type { Rate } from "./rate-book.ts";

/** What an hour costs under all that was agreed, and what made it so. */
export type HourPrice = {
  readonly priceMinor: bigint;
  readonly raised: Raised | undefined;
  readonly agreed: HourConditions;
};

export type HourConditions = {
  readonly overtime?: OvertimeRule | undefined;
  readonly travel?: Travel | undefined;
  readonly tier?: TierStep | undefined;
};

/**
 * The price of an hour: the rate, raised as agreed; or the price of its volume tier; then the shares for tier, overtime
 * and travel multiplied, and rounded half up to a minor unit once, because a price is an amount that the client reads.
 */
export function hourPrice(rate: Rate, terms: HourTerms, of: HourConditions & { readonly on: LocalDate }): HourPrice {
  const { on, ...agreed } = of;
  const { overtime, travel, tier } = agreed;
  const fixed = tier !== undefined && "priceMinor" in tier ? BigInt(tier.priceMinor) : undefined;
  const raised =
    fixed === undefined && terms.indexation !== undefined ? raisedPrice(rate, terms.indexation, on) : undefined;
  const shares = [overtime, travel, tier].flatMap((each) => (each && "basisPoints" in each ? each.basisPoints : []));
  const hour = fixed ?? raised?.priceMinor ?? rate.priceMinor;
  const priceMinor = shares.reduce((product, share) => product * BigInt(share), hour);
  return { priceMinor: divide(priceMinor, 10_000n ** BigInt(shares.length), "half-up"), raised, agreed };
}
