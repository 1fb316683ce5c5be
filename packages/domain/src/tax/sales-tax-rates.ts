import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ServiceKind } from "./service-kind.ts";

/** Who levies a part of a sales tax, widest first: the order in which parts are listed. */
export const salesTaxLevels = ["state", "county", "city", "special"] as const;
export type SalesTaxLevel = (typeof salesTaxLevels)[number];

export type SalesTaxRate = {
  /** Of a jurisdiction, such as `NY` or `NY-KINGS`. */
  readonly code: string;
  readonly name: string;
  readonly level: SalesTaxLevel;
  /** Only for this kind of service; every other when absent. */
  readonly service?: ServiceKind;
  /** 88750 is 8.875 %: rates of special districts have more digits than basis points hold. */
  readonly rateMillionths: number;
  readonly from: LocalDate;
  /** First day no more. */
  readonly until?: LocalDate;
};

/** One part of a sales tax, as an invoice keeps it. */
export type SalesTaxComponent = {
  readonly jurisdiction: string;
  readonly name: string;
  readonly level: SalesTaxLevel;
  readonly rateMillionths: number;
  readonly because: string;
};

/**
 * The rate of each place on a day, widest place first: one for this very service before the general one, and the newest
 * of those in force. A place without a rate is named; it is not taken for nought.
 */
export function chooseRates(
  rates: readonly SalesTaxRate[],
  input: { readonly places: readonly string[]; readonly on: LocalDate; readonly service: ServiceKind | undefined },
): { readonly found: readonly SalesTaxRate[]; readonly missing: readonly string[] } {
  const { places, on, service } = input;
  const found: SalesTaxRate[] = [];
  const missing: string[] = [];
  for (const place of places) {
    const inForce = rates.filter(
      ({ code, from, until }) => code === place && from <= on && (until === undefined || on < until),
    );
    const rate =
      newest(inForce.filter((each) => each.service === service)) ??
      newest(inForce.filter((each) => each.service === undefined));
    if (rate === undefined) missing.push(place);
    else found.push(rate);
  }
  const rank = ({ level }: SalesTaxRate) => salesTaxLevels.indexOf(level);
  return {
    found: found.toSorted((one, other) => rank(one) - rank(other) || (one.code < other.code ? -1 : 1)),
    missing,
  };
}

const newest = (rates: readonly SalesTaxRate[]): SalesTaxRate | undefined =>
  rates.reduce<SalesTaxRate | undefined>(
    (best, rate) => (best === undefined || rate.from > best.from ? rate : best),
    undefined,
  );

/** Reads `8.875` or `8.875 %` as millionths, exactly; undefined for anything else, and for what is no rate of a tax. */
export function parseSalesTaxRate(text: string): number | undefined {
  const match = /^(\d{1,2})(?:\.(\d{1,4}))?\s?%?$/.exec(text.trim());
  return match ? Number(match[1]) * 10_000 + Number((match[2] ?? "").padEnd(4, "0")) : undefined;
}

/** For whoever has room for no more; a component has the exact rate. Half up. */
export const wholeBasisPoints = (millionths: number): number => Math.floor((millionths + 50) / 100);
