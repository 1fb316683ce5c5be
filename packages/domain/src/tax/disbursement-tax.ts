import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type TaxDecision, untaxed } from "./decide-tax.ts";
import { type TaxRule, taxWords } from "./tax-words.ts";
import { isInEu, vatAreaOf } from "./vat-area.ts";

/** Where what is paid in a client's name stays outside the scope of tax, in the words of the law there. */
const rules: Readonly<Record<string, TaxRule>> = { GB: "gb_agent", CH: "ch_agent", NO: "no_agent" };

/**
 * The treatment of a disbursement: the client's own cost, paid in its name and on its behalf, is no consideration for a
 * supply of ours. It stands outside the scope of tax, whatever the service around it bears.
 */
export function disbursementTax(sellerCountry: string, on: LocalDate, language: string): TaxDecision {
  const area = vatAreaOf(sellerCountry);
  const words = taxWords(language);
  return untaxed("O", words.paidAsAgent, isInEu(area, on) ? "eu_agent" : (rules[area] ?? "other_agent"), words);
}
