import type { LocalDate } from "@plumbline/domain/calendar/local-date";

/**
 * Codes that VAT treats as another country: other spellings, and territories inside its VAT area (Directive
 * 2006/112/EC, Article 7).
 */
const areas: Readonly<Record<string, string>> = { EL: "GR", UK: "GB", MC: "FR", IM: "GB" };

/**
 * First day, and first day no more, in the VAT area of the European Union. The United Kingdom left it when the
 * transition period ended; for services Northern Ireland left with it.
 */
// prettier-ignore
const membership: Readonly<Record<string, { readonly from: string; readonly until?: string }>> = {
  BE: { from: "1958-01-01" }, DE: { from: "1958-01-01" }, FR: { from: "1958-01-01" }, IT: { from: "1958-01-01" },
  LU: { from: "1958-01-01" }, NL: { from: "1958-01-01" }, DK: { from: "1973-01-01" }, IE: { from: "1973-01-01" },
  GB: { from: "1973-01-01", until: "2021-01-01" },
  GR: { from: "1981-01-01" }, ES: { from: "1986-01-01" }, PT: { from: "1986-01-01" },
  AT: { from: "1995-01-01" }, FI: { from: "1995-01-01" }, SE: { from: "1995-01-01" },
  CY: { from: "2004-05-01" }, CZ: { from: "2004-05-01" }, EE: { from: "2004-05-01" }, HU: { from: "2004-05-01" },
  LT: { from: "2004-05-01" }, LV: { from: "2004-05-01" }, MT: { from: "2004-05-01" }, PL: { from: "2004-05-01" },
  SI: { from: "2004-05-01" }, SK: { from: "2004-05-01" }, BG: { from: "2007-01-01" }, RO: { from: "2007-01-01" },
  HR: { from: "2013-07-01" },
};

/** The country whose VAT rules hold at a place: Monaco is France, the Isle of Man is the United Kingdom, EL is GR. */
export const vatAreaOf = (country: string): string =>
  (Object.hasOwn(areas, country) ? areas[country] : undefined) ?? country;

/** Whether a country belongs to the EU's VAT area on a day. Takes what `vatAreaOf` returns. */
export function isInEu(country: string, on: LocalDate): boolean {
  const member = Object.hasOwn(membership, country) ? membership[country] : undefined;
  return member !== undefined && member.from <= on && (member.until === undefined || on < member.until);
}
