import { divide } from "@plumbline/domain/money/money";

/** A price is for this many minutes: rates are by the hour. */
export const priceBaseMinutes = 60;

/**
 * Net of a line in minor units: quantity × price, rounded half up exactly once. Entries are never rounded to money by
 * themselves, or forty quarter hours would cost something else than ten hours.
 */
export const lineNet = (minutes: number, priceMinor: bigint): bigint =>
  divide(BigInt(minutes) * priceMinor, BigInt(priceBaseMinutes), "half-up");
