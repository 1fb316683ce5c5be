import type { TaxCategory } from "@plumbline/domain/tax/category";
import { german } from "./catalogue-de.ts";
import { english } from "./catalogue-en.ts";

/** The words on a document in one language. */
export type Catalogue = {
  readonly labels: Labels;
  /** Used instead where the tax is a value added tax, which readers there know by its own name. */
  readonly vatLabels: Partial<Labels>;
  readonly invoiceTitle: (number: string) => string;
  readonly payRequest: (input: { total: string; dueOn: string; number: string }) => string;
  readonly terms: (days: number) => string;
  readonly perHours: (hours: string) => string;
  readonly approvedOn: (input: { by: string; on: string }) => string;
  readonly approvals: (people: string) => string;
  readonly billedNote: (input: { recorded: string; billed: string }) => string;
  readonly roundingNote: string;
  readonly taxCategories: Readonly<Record<TaxCategory, string>>;
  /** Sentences that tax law asks for; categories without one need none beyond the reason. */
  readonly taxNotes: Readonly<Partial<Record<TaxCategory, string>>>;
};

// prettier-ignore
export type Labels = Readonly<Record<
  | "from" | "billTo" | "taxId" | "issuedOn" | "due" | "period" | "purchaseOrder" | "engagement" | "amountDue"
  | "services" | "position" | "description" | "hours" | "rate" | "perHour" | "tax" | "net"
  | "totalNet" | "totalTax" | "total" | "totalHours" | "taxSummary" | "taxCategory" | "taxRate" | "taxBase" | "taxAmount"
  | "payment" | "accountHolder" | "bank" | "iban" | "bic" | "reference"
  | "timesheet" | "timesheetIntro" | "workedOn" | "worker" | "work" | "subtotal" | "questions" | "page" | "pageOf",
  string
>>;

const catalogues: Readonly<Record<string, Catalogue>> = { en: english, de: german };

/** The catalogue for a BCP 47 tag and the tag of its words: a language without a catalogue is served in English. */
export function catalogueFor(language: string): { catalogue: Catalogue; language: string } {
  const [primary = ""] = language.toLowerCase().split("-");
  const known = Object.hasOwn(catalogues, primary) ? catalogues[primary] : undefined;
  return known ? { catalogue: known, language } : { catalogue: english, language: "en" };
}
