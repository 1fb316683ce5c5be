import type { LocalDate } from "@plumbline/domain/calendar/local-date";

type Jurisdiction = {
  readonly name: string;
  /**
   * First day and basis points (1900 is 19 %) of each standard rate; it holds until the day before the next one. The
   * first row is the rate in force when 2012 began. "none" where there is no value added tax at all.
   */
  readonly standard: readonly (readonly [from: string, basisPoints: number])[] | "none";
};

/**
 * Standard VAT rates by country (ISO 3166-1), mainland only. Source: national VAT acts as collected by the European
 * Commission, "VAT rates applied in the Member States"; HMRC; the Swiss and the Norwegian VAT acts.
 */
// prettier-ignore
const jurisdictions: Readonly<Record<string, Jurisdiction>> = {
  AT: { name: "Austria",        standard: [["1984-01-01", 2000]] },
  BE: { name: "Belgium",        standard: [["1996-01-01", 2100]] },
  BG: { name: "Bulgaria",       standard: [["1999-01-01", 2000]] },
  CH: { name: "Switzerland",    standard: [["2011-01-01", 800], ["2018-01-01", 770], ["2024-01-01", 810]] },
  CY: { name: "Cyprus",         standard: [["2003-01-01", 1500], ["2012-03-01", 1700], ["2013-01-14", 1800], ["2014-01-13", 1900]] },
  CZ: { name: "Czechia",        standard: [["2010-01-01", 2000], ["2013-01-01", 2100]] },
  // The rate was lowered for half a year to help trade through the pandemic (Zweites Corona-Steuerhilfegesetz).
  DE: { name: "Germany",        standard: [["2007-01-01", 1900], ["2020-07-01", 1600], ["2021-01-01", 1900]] },
  DK: { name: "Denmark",        standard: [["1992-01-01", 2500]] },
  EE: { name: "Estonia",        standard: [["2009-07-01", 2000], ["2024-01-01", 2200], ["2025-07-01", 2400]] },
  ES: { name: "Spain",          standard: [["2010-07-01", 1800], ["2012-09-01", 2100]] },
  FI: { name: "Finland",        standard: [["2010-07-01", 2300], ["2013-01-01", 2400], ["2024-09-01", 2550]] },
  FR: { name: "France",         standard: [["2000-04-01", 1960], ["2014-01-01", 2000]] },
  GB: { name: "the United Kingdom", standard: [["2011-01-04", 2000]] },
  GR: { name: "Greece",         standard: [["2010-07-01", 2300], ["2016-06-01", 2400]] },
  HR: { name: "Croatia",        standard: [["2009-08-01", 2300], ["2012-03-01", 2500]] },
  HU: { name: "Hungary",        standard: [["2012-01-01", 2700]] },
  // Lowered for half a year as well (Financial Provisions (Covid-19) (No. 2) Act 2020).
  IE: { name: "Ireland",        standard: [["2012-01-01", 2300], ["2020-09-01", 2100], ["2021-03-01", 2300]] },
  IT: { name: "Italy",          standard: [["2011-09-17", 2100], ["2013-10-01", 2200]] },
  LT: { name: "Lithuania",      standard: [["2009-09-01", 2100]] },
  LU: { name: "Luxembourg",     standard: [["1992-01-01", 1500], ["2015-01-01", 1700], ["2023-01-01", 1600], ["2024-01-01", 1700]] },
  LV: { name: "Latvia",         standard: [["2011-01-01", 2200], ["2012-07-01", 2100]] },
  MT: { name: "Malta",          standard: [["2004-01-01", 1800]] },
  NL: { name: "the Netherlands", standard: [["2001-01-01", 1900], ["2012-10-01", 2100]] },
  NO: { name: "Norway",         standard: [["2005-01-01", 2500]] },
  PL: { name: "Poland",         standard: [["2011-01-01", 2300]] },
  PT: { name: "Portugal",       standard: [["2011-01-01", 2300]] },
  RO: { name: "Romania",        standard: [["2010-07-01", 2400], ["2016-01-01", 2000], ["2017-01-01", 1900], ["2025-08-01", 2100]] },
  SE: { name: "Sweden",         standard: [["1990-07-01", 2500]] },
  SI: { name: "Slovenia",       standard: [["2002-01-01", 2000], ["2013-07-01", 2200]] },
  SK: { name: "Slovakia",       standard: [["2011-01-01", 2000], ["2025-01-01", 2300]] },
  US: { name: "the United States", standard: "none" },
};

export const ratedCountries: readonly string[] = Object.keys(jurisdictions);

/** The country as a sentence names it; its code where the table does not know it. */
export const countryName = (country: string): string => find(country)?.name ?? country;

/**
 * The standard VAT rate on a day in basis points, `"none"` where the country has no VAT, undefined where the table is
 * silent. Silence is never zero: the caller raises an issue.
 */
export function standardRateOn(country: string, on: LocalDate): number | "none" | undefined {
  const standard = find(country)?.standard;
  return standard === "none" ? standard : standard?.findLast(([from]) => from <= on)?.[1];
}

/** 2550 → `25.5 %` */
export const percentText = (basisPoints: number): string => `${basisPoints / 100} %`;

const find = (country: string): Jurisdiction | undefined =>
  Object.hasOwn(jurisdictions, country) ? jurisdictions[country] : undefined;
