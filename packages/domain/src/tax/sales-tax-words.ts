import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { SalesTaxLevel } from "./sales-tax-rates.ts";
import type { ServiceKind } from "./service-kind.ts";
import type { UsState } from "./us-state.ts";

type Sourcing = "destination" | "origin" | "mixed";

/** How a decision about sales tax speaks to the client. */
export type SalesTaxWords = {
  readonly noNexusAtAll: string;
  readonly noNexus: (state: UsState, on: LocalDate) => string;
  readonly noTax: (state: UsState) => string;
  readonly notTaxable: (state: UsState, service: ServiceKind) => string;
  readonly exempt: (state: UsState, number: string, reason: string) => string;
  readonly certificate: (number: string, reason: string) => string;
  readonly taxed: (state: UsState, service: ServiceKind, rate: string, sourcing: Sourcing) => string;
  readonly component: (name: string, level: SalesTaxLevel, rate: string, since: LocalDate) => string;
  readonly notCollected: string;
  readonly waiting: string;
  readonly rules: {
    readonly nexus: string;
    readonly noTax: (state: UsState) => string;
    readonly waiting: string;
  };
};

/** @param language BCP 47; English for languages without words of their own */
export const salesTaxWords = (language: string): SalesTaxWords => wordsOf[language.slice(0, 2)] ?? english;

/** 88750 → `8.875 %` */
export const rateText = (millionths: number): string =>
  `${Math.floor(millionths / 10_000)}${
    millionths % 10_000 === 0
      ? ""
      : `.${String(millionths % 10_000)
          .padStart(4, "0")
          .replace(/0+$/, "")}`
  } %`;

const germanRate = (rate: string) => rate.replace(".", ",");

const english: SalesTaxWords = {
  noNexusAtAll: "The seller has no duty to collect sales tax in any state.",
  noNexus: (state, on) => `The seller has no duty to collect sales tax in ${state} on ${on}.`,
  noTax: (state) => `${state} has no general sales tax.`,
  notTaxable: (state, service) => `${state} does not tax ${services.en[service]}.`,
  exempt: (state, number, reason) => `Exempt from the sales tax of ${state} by certificate ${number} (${reason}).`,
  certificate: (number, reason) => `Exemption certificate ${number}: ${reason}`,
  taxed: (state, service, rate, sourcing) =>
    `${state} taxes ${services.en[service]}; the rates ${at.en[sourcing]} come to ${rate}.`,
  component: (name, level, rate, since) => `${rate} of ${name} (${levels.en[level]}), in force since ${since}.`,
  notCollected: "No sales tax collected",
  waiting: "The sales tax is not settled yet.",
  rules: {
    nexus: "South Dakota v. Wayfair, 585 U.S. 162 (2018)",
    noTax: (state) => `Statutes of ${state}`,
    waiting: "Nothing is issued on a guess",
  },
};

const services = {
  en: {
    consulting: "consulting",
    legal: "legal services",
    accounting: "accounting services",
    engineering: "engineering services",
    it_services: "IT services",
    data_processing: "data processing",
    saas: "software as a service",
    training: "training",
  },
  de: {
    consulting: "Beratung",
    legal: "Rechtsdienstleistungen",
    accounting: "Buchhaltung und Prüfung",
    engineering: "Ingenieurleistungen",
    it_services: "IT-Dienstleistungen",
    data_processing: "Datenverarbeitung",
    saas: "Software als Dienst",
    training: "Schulung",
  },
} as const satisfies Record<string, Readonly<Record<ServiceKind, string>>>;

const at = {
  en: {
    destination: "at the buyer's place",
    origin: "at the seller's place",
    mixed: "at the seller's place, with the buyer's districts,",
  },
  de: {
    destination: "am Ort des Käufers",
    origin: "am Ort des Verkäufers",
    mixed: "am Ort des Verkäufers, mit den Bezirken des Käufers,",
  },
} as const satisfies Record<string, Readonly<Record<Sourcing, string>>>;

const levels = {
  en: { state: "state", county: "county", city: "city", special: "special district" },
  de: { state: "Bundesstaat", county: "County", city: "Stadt", special: "Sonderbezirk" },
} as const satisfies Record<string, Readonly<Record<SalesTaxLevel, string>>>;

const german: SalesTaxWords = {
  noNexusAtAll: "Der Verkäufer muss in keinem Bundesstaat Verkaufssteuer erheben.",
  noNexus: (state, on) => `Der Verkäufer muss am ${on} in ${state} keine Verkaufssteuer erheben.`,
  noTax: (state) => `${state} kennt keine allgemeine Verkaufssteuer.`,
  notTaxable: (state, service) => `${state} besteuert ${services.de[service]} nicht.`,
  exempt: (state, number, reason) =>
    `Von der Verkaufssteuer in ${state} befreit durch Bescheinigung ${number} (${reason}).`,
  certificate: (number, reason) => `Befreiungsbescheinigung ${number}: ${reason}`,
  taxed: (state, service, rate, sourcing) =>
    `${state} besteuert ${services.de[service]}; die Sätze ${at.de[sourcing]} ergeben ${germanRate(rate)}.`,
  component: (name, level, rate, since) =>
    `${germanRate(rate)} von ${name} (${levels.de[level]}), in Kraft seit ${since}.`,
  notCollected: "Keine Verkaufssteuer erhoben",
  waiting: "Die Verkaufssteuer ist noch nicht geklärt.",
  rules: {
    nexus: "South Dakota v. Wayfair, 585 U.S. 162 (2018)",
    noTax: (state) => `Gesetze von ${state}`,
    waiting: "Nichts wird auf Verdacht ausgestellt",
  },
};

const wordsOf: Readonly<Record<string, SalesTaxWords>> = { en: english, de: german };
