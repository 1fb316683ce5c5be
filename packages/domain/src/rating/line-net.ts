import { divide } from "@plumbline/domain/money/money";

/** What a line multiplies: a price buys `priceBase` units, and there are `quantity` of them. */
export type LinePrice = {
  readonly quantity: string;
  readonly priceMinor: bigint;
  readonly priceBase: number;
};

/** A rate is for an hour, and time is counted in minutes. */
export const minutesPerHour = 60;

/**
 * Net of a line in minor units: quantity × price ÷ base, rounded half up exactly once. What lies behind a line is never
 * rounded to money by itself, or forty quarter hours would cost something else than ten hours.
 *
 * @throws RangeError when the quantity is not decimal text
 */
export const lineNet = (line: LinePrice): bigint => netAtShare(line, wholeBasisPoints);

/**
 * Net of a share of a line: 9000 is what is left after 10 % were taken off. It is a share of the exact product, so that
 * a discount does not round a second time.
 *
 * @param ofThat a share of that share, when something is taken off what is left
 * @throws RangeError when the quantity is not decimal text
 */
export function netAtShare(
  { quantity, priceMinor, priceBase }: LinePrice,
  basisPoints: number,
  ofThat = wholeBasisPoints,
): bigint {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(quantity);
  if (match === null) throw new RangeError(`“${quantity}” is not a quantity`);
  const [, whole = "", fraction = ""] = match;
  const base = BigInt(priceBase) * 10n ** BigInt(fraction.length) * BigInt(wholeBasisPoints) * BigInt(wholeBasisPoints);
  return divide(BigInt(whole + fraction) * priceMinor * BigInt(basisPoints) * BigInt(ofThat), base, "half-up");
}

const wholeBasisPoints = 10_000;

/** Net of time at an hourly rate. */
export const timeNet = (minutes: number, priceMinor: bigint): bigint =>
  divide(BigInt(minutes) * priceMinor, BigInt(minutesPerHour), "half-up");
