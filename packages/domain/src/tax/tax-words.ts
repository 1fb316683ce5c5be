import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { germanCountryName } from "./country-names.ts";
import { countryName, percentText } from "./rates.ts";

/** From where to where, and to whom. Countries are VAT areas. */
export type Situation = { readonly seller: string; readonly buyer: string; readonly isBusiness: boolean };

/** How a tax decision speaks to the client. `rules` name the law; the key is what the decision rests on. */
export type TaxWords = {
  readonly domestic: (country: string) => string;
  readonly abroad: (situation: Situation) => string;
  readonly standardRate: (situation: string, basisPoints: number, on: LocalDate) => string;
  readonly noRate: (country: string, on: LocalDate) => string;
  readonly noVat: (country: string) => string;
  readonly suppliedThere: (situation: string) => string;
  readonly reversed: (situation: string, taxId: string) => string;
  readonly unproven: (situation: string) => string;
  readonly unclear: (situation: string) => string;
  readonly agreed: (situation: string, reason: string) => string;
  readonly paidAsAgent: string;
  readonly roundedByLine: string;
  readonly rules: Readonly<Record<TaxRule, string>>;
  /** Why there is no tax, as the law wants it said (EN 16931, BT-120). */
  readonly exemptions: Readonly<Record<"AE" | "O", string>>;
};

export type TaxRule =
  | "standard"
  | "no_vat"
  | "eu_consumer"
  | "eu_business"
  | "eu_export"
  | "eu_consumer_abroad"
  | "gb_export"
  | "ch_export"
  | "no_export"
  | "eu_agent"
  | "gb_agent"
  | "ch_agent"
  | "no_agent"
  | "other_agent";

/** @param language BCP 47; English for languages without words of their own */
export const taxWords = (language: string): TaxWords => wordsOf[language.slice(0, 2)] ?? english;

const english: TaxWords = {
  domestic: (country) => `Seller and buyer are both in ${countryName(country)}`,
  abroad: ({ seller, buyer, isBusiness }) =>
    `The service goes from ${countryName(seller)} to ${isBusiness ? "a business" : "a consumer"} in ${countryName(buyer)}`,
  standardRate: (situation, basisPoints, on) =>
    `${situation}, so the standard rate of ${percentText(basisPoints)} in force on ${on} applies.`,
  noRate: (country, on) => `The built-in rules hold no rate for ${countryName(country)} on ${on}.`,
  noVat: (country) => `The seller is in ${countryName(country)}, which has no value added tax.`,
  suppliedThere: (situation) => `${situation}, so it is supplied where the buyer is and bears no VAT here.`,
  reversed: (situation, taxId) => `${situation} with the VAT id ${taxId}, so the buyer accounts for the VAT.`,
  unproven: (situation) => `${situation}, whose VAT id is not proved yet`,
  unclear: (situation) =>
    `${situation}; whether it bears VAT depends on the kind of service, which a person must confirm.`,
  agreed: (situation, reason) => `${situation}, and no tax is charged: ${reason}.`,
  paidAsAgent: "Paid in the client's name and on its behalf, and passed on as it was paid.",
  roundedByLine: "Each line is taxed and rounded by itself, and the taxes are summed.",
  rules: {
    standard: "Standard rate at the seller's place",
    no_vat: "No value added tax",
    eu_consumer: "Article 45 of Directive 2006/112/EC",
    eu_business: "Article 196 of Directive 2006/112/EC",
    eu_export: "Article 44 of Directive 2006/112/EC",
    eu_consumer_abroad: "Articles 45 and 59 of Directive 2006/112/EC",
    gb_export: "Section 7A of the Value Added Tax Act 1994",
    ch_export: "Article 8(1) of the Swiss VAT Act",
    no_export: "Section 6-22 of the Norwegian VAT Act",
    eu_agent: "Article 79(c) of Directive 2006/112/EC",
    gb_agent: "Section 19 of the Value Added Tax Act 1994 with VAT Notice 700, section 25",
    ch_agent: "Article 24(6)(b) of the Swiss VAT Act",
    no_agent: "Section 4-2 of the Norwegian VAT Act",
    other_agent: "No part of the price of a service",
  },
  exemptions: { AE: "Reverse charge", O: "Not subject to VAT" },
};

const german: TaxWords = {
  domestic: (country) => `Leistender und Leistungsempfänger sind beide in ${germanCountryName(country)}`,
  abroad: ({ seller, buyer, isBusiness }) =>
    `Die Leistung geht von einem Unternehmen in ${germanCountryName(seller)} an ` +
    `${isBusiness ? "ein Unternehmen" : "einen Verbraucher"} in ${germanCountryName(buyer)}`,
  standardRate: (situation, basisPoints, on) =>
    `${situation}; es gilt der am ${on} gültige Regelsteuersatz von ${percentText(basisPoints).replace(".", ",")}.`,
  noRate: (country, on) => `Die Tabelle kennt für ${germanCountryName(country)} am ${on} keinen Steuersatz.`,
  noVat: (country) => `Der Leistende ist in ${germanCountryName(country)}, wo es keine Mehrwertsteuer gibt.`,
  suppliedThere: (situation) =>
    `${situation}; der Leistungsort liegt beim Leistungsempfänger, hier fällt keine Umsatzsteuer an.`,
  reversed: (situation, taxId) =>
    `${situation} mit der USt-IdNr. ${taxId}; die Steuer schuldet der Leistungsempfänger.`,
  unproven: (situation) => `${situation}, dessen USt-IdNr. noch nicht bestätigt ist`,
  unclear: (situation) => `${situation}; ob Umsatzsteuer anfällt, hängt von der Art der Leistung ab und ist zu klären.`,
  agreed: (situation, reason) => `${situation}; es wird keine Steuer berechnet: ${reason}.`,
  paidAsAgent: "Im Namen und für Rechnung des Kunden bezahlt und weitergegeben wie bezahlt.",
  roundedByLine: "Die Steuer wird je Position berechnet, gerundet und summiert.",
  rules: {
    standard: "Regelsteuersatz am Ort des Leistenden",
    no_vat: "Keine Mehrwertsteuer",
    eu_consumer: "Artikel 45 der Richtlinie 2006/112/EG",
    eu_business: "Artikel 196 der Richtlinie 2006/112/EG",
    eu_export: "Artikel 44 der Richtlinie 2006/112/EG",
    eu_consumer_abroad: "Artikel 45 und 59 der Richtlinie 2006/112/EG",
    gb_export: "Abschnitt 7A des britischen Value Added Tax Act 1994",
    ch_export: "Artikel 8 Absatz 1 des Schweizer Mehrwertsteuergesetzes",
    no_export: "Paragraf 6-22 des norwegischen Mehrwertsteuergesetzes",
    eu_agent: "Artikel 79 Buchstabe c der Richtlinie 2006/112/EG",
    gb_agent: "Abschnitt 19 des britischen Value Added Tax Act 1994 mit VAT Notice 700, Abschnitt 25",
    ch_agent: "Artikel 24 Absatz 6 Buchstabe b des Schweizer Mehrwertsteuergesetzes",
    no_agent: "Paragraf 4-2 des norwegischen Mehrwertsteuergesetzes",
    other_agent: "Kein Teil des Entgelts für eine Leistung",
  },
  exemptions: { AE: "Steuerschuldnerschaft des Leistungsempfängers", O: "Nicht steuerbare Leistung" },
};

const wordsOf: Readonly<Record<string, TaxWords>> = { en: english, de: german };
