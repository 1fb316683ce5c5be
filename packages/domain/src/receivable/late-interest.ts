import { addDays, compareLocalDates, daysBetween, type LocalDate } from "../calendar/local-date.ts";
import { divide } from "../money/money.ts";

export const dayCounts = { "act/365": 365, "act/360": 360 } as const;
export type DayCount = keyof typeof dayCounts;

/** What a debt costs while it is late: outside the scope of VAT. */
export type InterestTerms = {
  readonly rate: FixedRate | FloatingRate;
  readonly dayCount: DayCount;
  /** The first day that bears interest: the one on which it is due, or the one after. */
  readonly from: "due_date" | "day_after";
  /** Once per invoice, in minor units: such as the 40 EUR of Directive 2011/7/EU, article 6. */
  readonly compensationMinor?: string;
};

/** Percent per year; 900 is 9 %. */
type FixedRate = { readonly annualBasisPoints: number };

/** So much above a rate that somebody publishes. */
export type FloatingRate = {
  readonly base: string;
  readonly pointsBasisPoints: number;
  /** The base counts as no less; a negative one counts as it is when absent. */
  readonly baseFloorBasisPoints?: number;
};

/** A published rate, from a day on. */
export type BaseRate = { readonly name: string; readonly startsOn: LocalDate; readonly basisPoints: number };

/** How much more or less is owed from a day on, in minor units. */
export type DebtStep = { readonly on: LocalDate; readonly minor: bigint };

/** Days of one debt at one rate; `until` is the first that no longer belongs to them. */
export type InterestLine = {
  readonly from: LocalDate;
  readonly until: LocalDate;
  readonly days: number;
  readonly principalMinor: string;
  readonly basisPoints: number;
};

export type Interest = { readonly minor: bigint; readonly lines: readonly InterestLine[] };

/**
 * Interest on what was open of a debt, day by day. The day on which money comes in bears none. All days together are rounded
 * once, half up.
 *
 * @param debt every change of what is owed, of any day
 * @param span days that may bear interest; `until` is the first that does not
 * @returns nothing when a base rate is not known for one of the days on which something is open
 */
export function interestOn(
  debt: readonly DebtStep[],
  span: { readonly from: LocalDate; readonly until: LocalDate },
  { terms, baseRates }: { readonly terms: InterestTerms; readonly baseRates: readonly BaseRate[] },
): Interest | undefined {
  const rates = ratesOf(terms.rate, baseRates);
  const days = [...debt.map(({ on }) => on), ...rates.map(({ startsOn }) => startsOn)];
  const within = days.filter((day) => day > span.from && day < span.until);
  const cuts = [...new Set([span.from, ...within, span.until])].toSorted(compareLocalDates);
  const lines: InterestLine[] = [];
  let weighed = 0n;
  for (const [index, from] of cuts.entries()) {
    const until = cuts[index + 1];
    const principal = debt.reduce((sum, { on, minor }) => (on <= from ? sum + minor : sum), 0n);
    if (until === undefined || principal <= 0n) continue;
    const rate = rates.findLast(({ startsOn }) => startsOn <= from);
    if (rate === undefined) return undefined;
    if (rate.basisPoints === 0) continue;
    const count = daysBetween(from, until);
    lines.push({ from, until, days: count, principalMinor: principal.toString(), basisPoints: rate.basisPoints });
    weighed += principal * BigInt(count) * BigInt(rate.basisPoints);
  }
  return { minor: divide(weighed, 10_000n * BigInt(dayCounts[terms.dayCount]), "half-up"), lines };
}

/** The first day on which a debt bears interest. */
export const interestStart = (dueOn: LocalDate, { from }: InterestTerms): LocalDate =>
  from === "due_date" ? dueOn : addDays(dueOn, 1);

const always = "0001-01-01" as LocalDate;

/** What holds from which day, the earliest first. No debt ever earns its debtor anything. */
function ratesOf(rate: InterestTerms["rate"], baseRates: readonly BaseRate[]) {
  if ("annualBasisPoints" in rate) return [{ startsOn: always, basisPoints: rate.annualBasisPoints }];
  return baseRates
    .filter(({ name }) => name === rate.base)
    .toSorted((left, right) => compareLocalDates(left.startsOn, right.startsOn))
    .map(({ startsOn, basisPoints }) => ({
      startsOn,
      basisPoints: Math.max(
        0,
        Math.max(basisPoints, rate.baseFloorBasisPoints ?? basisPoints) + rate.pointsBasisPoints,
      ),
    }));
}
