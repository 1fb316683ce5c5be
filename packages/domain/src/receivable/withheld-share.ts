import { divide } from "../money/money.ts";

/** Hundredths of a percent. */
const whole = 10_000n;

/**
 * The share of an invoice's net that a client kept as tax, in hundredths of a percent; undefined where it is no such share to
 * the cent, because then it says nothing about other invoices.
 */
export function shareOf({
  netMinor,
  keptMinor,
}: {
  readonly netMinor: bigint;
  readonly keptMinor: bigint;
}): bigint | undefined {
  if (netMinor <= 0n || keptMinor <= 0n) return undefined;
  const share = divide(keptMinor * whole, netMinor, "half-up");
  return keptOf(netMinor, share) === keptMinor ? share : undefined;
}

/** What a client keeps of a net at a share, rounded half up once. */
export const keptOf = (netMinor: bigint, share: bigint): bigint => divide(netMinor * share, whole, "half-up");
