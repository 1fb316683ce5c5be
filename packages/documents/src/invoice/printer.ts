import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Currency, minorDigits } from "@plumbline/domain/money/currency";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";

/** Writes values the way readers of one language expect them. Digits are always 0–9, so that amounts can be retyped. */
export type Printer = {
  /** @param minor  decimal text of minor units */
  readonly money: (minor: string) => string;
  /** Minutes as decimal hours with unit: 3750 is "62.50 h". */
  readonly hours: (minutes: number) => string;
  /** Decimal text such as "12.5" with the digits it has. */
  readonly number: (text: string) => string;
  /** Decimal text with every digit it has, such as an exchange rate. */
  readonly exact: (text: string) => string;
  readonly percent: (basisPoints: number) => string;
  /** 88750 millionths are 8.875 %. */
  readonly exactPercent: (millionths: number) => string;
  readonly date: (on: LocalDate) => string;
  readonly shortDate: (on: LocalDate) => string;
  /** @param end  exclusive; printed is the last day before it */
  readonly period: (start: LocalDate, end: LocalDate) => string;
  /** The calendar day of an ISO 8601 instant, in UTC. */
  readonly day: (instant: string) => string;
  readonly list: (items: readonly string[]) => string;
  readonly country: (code: string) => string;
};

/**
 * Printers are kept: `Intl` objects take milliseconds to make and hold native memory that the garbage collector does not
 * see, so that one set an invoice grew the process by 0.12 MB each.
 */
const printers = new Map<string, Printer>();
const printersMax = 100;

/** @throws RangeError for a code that is no active currency */
export function printerFor(language: string, currency: Currency): Printer {
  const key = `${currency} ${language}`;
  const known = printers.get(key);
  if (known) return known;
  const printer = makePrinter(language, currency);
  const [oldest] = printers.keys();
  if (printers.size >= printersMax && oldest !== undefined) printers.delete(oldest);
  printers.set(key, printer);
  return printer;
}

function makePrinter(language: string, currency: Currency): Printer {
  const locale = localeFor(language);
  const digits = minorDigits(currency);
  const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const moneyFormat = new Intl.NumberFormat(locale, { style: "currency", currency, ...fraction });
  const hoursFormat = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const numberFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 6 });
  const rateFormat = new Intl.NumberFormat(locale, { maximumFractionDigits: 18 });
  const percentFormat = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  const exactFormat = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 4 });
  const dateFormat = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const shortDateFormat = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const listFormat = new Intl.ListFormat(locale, { type: "conjunction" });
  const countries = new Intl.DisplayNames(locale, { type: "region" });

  return {
    // An amount may exceed what a double holds; Intl reads decimal text exactly.
    money: (minor) => moneyFormat.format(toDecimal(money(BigInt(minor), currency)) as Intl.StringNumericLiteral),
    hours: (minutes) => `${hoursFormat.format(hundredthsOfHour(minutes) / 100)}\u00a0h`,
    number: (text) => numberFormat.format(text as Intl.StringNumericLiteral),
    exact: (text) => rateFormat.format(text as Intl.StringNumericLiteral),
    percent: (basisPoints) => percentFormat.format(basisPoints / 10_000),
    exactPercent: (millionths) => exactFormat.format(millionths / 1_000_000),
    date: (on) => dateFormat.format(midnight(on)),
    shortDate: (on) => shortDateFormat.format(midnight(on)),
    period: (start, end) => {
      const [first, last] = [midnight(start), midnight(end) - dayMs];
      return last > first ? dateFormat.formatRange(first, last) : dateFormat.format(first);
    },
    day: (instant) => dateFormat.format(Date.parse(instant)),
    list: (items) => listFormat.format(items),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
  };
}

const dayMs = 86_400_000;

const midnight = (on: LocalDate): number => Date.parse(`${on}T00:00:00Z`);

/** Five thirds of a minute never end in a half, so there is no tie to decide. */
const hundredthsOfHour = (minutes: number): number => Math.round((minutes * 5) / 3);

/** A malformed tag reads as English: the frozen invoice must print whatever was saved. */
function localeFor(language: string): Intl.Locale {
  try {
    return new Intl.Locale(language, { numberingSystem: "latn" });
  } catch {
    return new Intl.Locale("en", { numberingSystem: "latn" });
  }
}
