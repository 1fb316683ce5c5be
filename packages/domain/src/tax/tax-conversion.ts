import { quotedFraction, type QuotedRate } from "@plumbline/domain/money/exchange";
import type { Currency } from "@plumbline/domain/money/currency";
import { divide } from "@plumbline/domain/money/money";

/**
 * When the rate of an invoice is fixed: of the day it is drafted, of the day it is issued, or of its tax point, the last day
 * of its period. What is fixed with the draft is approved with it; what is fixed at issue is declared as derived then.
 */
export type FxMoment = (typeof fxMoments)[number];
export const fxMoments = ["draft", "issue", "tax_point"] as const;

/**
 * How long a rate holds when no newer one is published. Over Easter four days pass without one, over the turn of the year as
 * many; what is older than a week was not published late but not imported.
 */
export const rateDaysMax = 7;

/** The tax of an invoice in the currency in which it is declared (EN 16931 BT-6 and BT-111), and by which rate. */
export type TaxConversion = {
  readonly currency: Currency;
  readonly taxMinor: bigint;
  readonly fixedAt: FxMoment;
  readonly rate: QuotedRate;
};

/** What an entity agreed about rates, for invoices in one currency that is not its own. */
export type FxTerms = {
  /** Of the tax: that of the legal entity. */
  readonly currency: Currency;
  /** Absent when the entity has no policy: then nothing can be converted. */
  readonly fixedAt?: FxMoment;
  /** Absent when it is fixed at issue, or not known. */
  readonly rate?: QuotedRate;
};

/**
 * Converts the tax total, in either direction of the rate, half up: one rounding, to the minor unit of the tax currency. An
 * inverse is never rounded on the way.
 */
export function convertTax(taxMinor: bigint, rate: QuotedRate, to: Currency): bigint {
  const { numerator, denominator } = quotedFraction(rate, to);
  return divide(taxMinor * numerator, denominator, "half-up");
}

/** Tax that is converted with the draft. Where none is charged, none is due in any currency, and no rate is asked for. */
export function conversionOf(taxMinor: bigint, fx: FxTerms | undefined): TaxConversion | undefined {
  if (taxMinor === 0n || fx?.fixedAt === undefined || fx.rate === undefined) return undefined;
  const { currency, fixedAt, rate } = fx;
  return { currency, fixedAt, rate, taxMinor: convertTax(taxMinor, rate, currency) };
}

/** Whether nothing stands in the way of issuing with the tax in its own currency, as far as a draft can know. */
export const isConvertible = (of: {
  readonly taxMinor: bigint;
  readonly fx: FxTerms | undefined;
  readonly converted: boolean;
}): boolean => of.taxMinor === 0n || of.fx === undefined || of.fx.fixedAt === "issue" || of.converted;

/**
 * Tax of a credit note at the rate of its invoice; with the last of the tax goes the last of what it was converted to, so that
 * credits of the whole leave nothing behind.
 *
 * @param left of the invoice, less what earlier credit notes took back
 */
export function convertBack(
  taxMinor: bigint,
  left: { readonly taxMinor: bigint; readonly convertedMinor: bigint },
  { rate, currency }: Pick<TaxConversion, "rate" | "currency">,
): bigint {
  const converted = convertTax(taxMinor, rate, currency);
  const beyond = left.convertedMinor < 0n ? converted > -left.convertedMinor : converted < -left.convertedMinor;
  return taxMinor === -left.taxMinor || beyond ? -left.convertedMinor : converted;
}
