import { addDays, type LocalDate } from "../calendar/local-date.ts";
import type { EarlyPayment } from "../engagement/early-payment.ts";
import type { Posting } from "../ledger/bookings.ts";
import type { Currency } from "../money/currency.ts";
import { allocate, divide, money } from "../money/money.ts";

const whole = 10_000n;

/** The share that holds for money that comes in on a day, in hundredths of a percent; nothing when it is late. */
export function earlyShare(
  tiers: readonly EarlyPayment[],
  { issuedOn, receivedOn }: { readonly issuedOn: LocalDate; readonly receivedOn: LocalDate },
): number {
  const inTime = tiers.filter(({ days }) => receivedOn <= addDays(issuedOn, days));
  return Math.max(0, ...inTime.map(({ basisPoints }) => basisPoints));
}

/** What may be kept of what is open, rounded half up once. */
export const earlyDiscount = (openMinor: bigint, basisPoints: number): bigint =>
  divide(openMinor * BigInt(basisPoints), whole, "half-up");

/** What an invoice charges at one rate of tax. */
export type TaxedSum = NonNullable<Posting["tax"]> & { readonly baseMinor: bigint; readonly taxMinor: bigint };

/**
 * The tax in a discount that is given after the supply: the taxable amount falls by as much (Directive 2006/112/EC, article
 * 90). The discount is divided among the rates by what each charges with its tax, by largest remainder; of each part the tax is
 * the same share as on the invoice, rounded half up. What an invoice deducts at a rate of its own is no part of it.
 *
 * @returns per rate that has any; the rest of the discount is net
 */
export function discountTaxes(
  discountMinor: bigint,
  sums: readonly TaxedSum[],
  currency: Currency,
): (NonNullable<Posting["tax"]> & { readonly minor: bigint })[] {
  const charged = sums.filter(({ baseMinor, taxMinor }) => baseMinor + taxMinor > 0n);
  if (charged.length === 0) return [];
  const gross = charged.map(({ baseMinor, taxMinor }) => baseMinor + taxMinor);
  const parts = allocate(money(discountMinor, currency), gross);
  return charged.flatMap(({ baseMinor: _base, taxMinor, ...tax }, index) => {
    const minor = divide((parts[index]?.minor ?? 0n) * taxMinor, gross[index] ?? 1n, "half-up");
    return minor === 0n ? [] : [{ ...tax, minor }];
  });
}
