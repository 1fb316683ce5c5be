import type { TaxDecision } from "./decide-tax.ts";
import { vatAreaOf, isInEu } from "./vat-area.ts";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";

/** Where what is paid in a client's name stays outside the scope of tax, in the words of the law there. */
const rules: Readonly<Record<string, string>> = {
  GB: "Section 19 of the Value Added Tax Act 1994 with VAT Notice 700, section 25",
  CH: "Article 24(6)(b) of the Swiss VAT Act",
  NO: "Section 4-2 of the Norwegian VAT Act",
};

/**
 * The treatment of a disbursement: the client's own cost, paid in its name and on its behalf, is no consideration for a
 * supply of ours. It stands outside the scope of tax, whatever the service around it bears.
 */
export function disbursementTax(sellerCountry: string, on: LocalDate): TaxDecision {
  const area = vatAreaOf(sellerCountry);
  return {
    category: "O",
    basisPoints: 0,
    because: "Paid in the client's name and on its behalf, and passed on as it was paid.",
    rule: isInEu(area, on)
      ? "Article 79(c) of Directive 2006/112/EC"
      : (rules[area] ?? "No part of the price of a service"),
    issues: [],
  };
}
