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
export function lineNet({ quantity, priceMinor, priceBase }: LinePrice): bigint {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(quantity);
  if (match === null) throw new RangeError(`“${quantity}” is not a quantity`);
  const [, whole = "", fraction = ""] = match;
  const base = BigInt(priceBase) * 10n ** BigInt(fraction.length);
  return divide(BigInt(whole + fraction) * priceMinor, base, "half-up");
}

/** Net of time at an hourly rate. */
export const timeNet = (minutes: number, priceMinor: bigint): bigint =>
  divide(BigInt(minutes) * priceMinor, BigInt(minutesPerHour), "half-up");
