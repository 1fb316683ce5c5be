import type { LineUnit } from "@plumbline/domain/invoice/line-unit";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { SalesTaxLevel } from "@plumbline/domain/tax/sales-tax-rates";

/** The words on a document in one language. */
export type Catalogue = {
  readonly labels: Labels;
  /** Used instead where the tax is a value added tax, which readers there know by its own name. */
  readonly vatLabels: Partial<Labels>;
  readonly invoiceTitle: (number: string) => string;
  readonly depositTitle: (number: string) => string;
  readonly creditTitle: (number: string) => string;
  /** Which invoice a credit note takes back from. */
  readonly ofInvoice: (input: { number: string; on: string }) => string;
  /** What becomes of the amount of a credit note, in place of a request to pay. */
  readonly creditRequest: (input: { total: string; number: string }) => string;
  readonly payRequest: (input: { total: string; dueOn: string; number: string }) => string;
  readonly terms: (days: number) => string;
  /** What a price buys, such as "per 8.00 h" or "per seat". */
  readonly per: (what: string) => string;
  readonly units: Readonly<Record<NamedUnit, { readonly one: string; readonly many: string }>>;
  readonly retainerLeft: (amounts: Readonly<Record<"applied" | "remaining", string>>) => string;
  /** Tax in the currency it is declared in, with the rate. */
  readonly taxConverted: (of: Readonly<Record<"tax" | "base" | "quote" | "rate" | "source" | "on", string>>) => string;
  readonly hoursDrawn: (hours: Readonly<Record<"bought" | "from" | "drawn" | "remaining", string>>) => string;
  readonly approvedOn: (input: { by: string; on: string }) => string;
  readonly approvals: (people: string) => string;
  readonly billedNote: (input: { recorded: string; billed: string }) => string;
  /** In place of the day of a tax point that only the payment will tell. */
  readonly dueWhenPaid: string;
  readonly earlyPayment: (said: { share: string; amount: string; until: string }) => string;
  readonly withheldUnder: (said: { share: string; of: "net" | "gross"; reference: string }) => string;
  readonly roundingNote: string;
  readonly taxCategories: Readonly<Record<TaxCategory, string>>;
  /** Who levies a part of a sales tax. */
  readonly salesTaxLevels: Readonly<Record<SalesTaxLevel, string>>;
  /** Sentences that tax law asks for; categories without one need none beyond the reason. */
  readonly taxNotes: Readonly<Partial<Record<TaxCategory, string>>>;
};

/** Minutes are printed as hours, and what is counted by the piece needs no word. */
export type NamedUnit = Exclude<LineUnit, "minute" | "each">;

// prettier-ignore
export type Labels = Readonly<Record<
  | "from" | "billTo" | "taxId" | "issuedOn" | "due" | "period" | "taxPoint" | "purchaseOrder" | "engagement" | "hourBucket" | "retainer" | "paidAhead" | "withheld" | "earlyPayment" | "amountDue"
  | "corrects" | "correctionReason" | "amountCredited" | "creditedOn" | "settlement"
  | "services" | "position" | "description" | "hours" | "rate" | "perHour" | "quantity" | "price" | "tax" | "net"
  | "linesTotal" | "totalNet" | "totalTax" | "total" | "invoiceTotal" | "retained" | "payable" | "totalHours" | "taxSummary" | "taxCategory" | "taxRate" | "taxBase" | "taxAmount"
  | "payment" | "accountHolder" | "bank" | "iban" | "bic" | "reference"
  | "timesheet" | "timesheetIntro" | "workedOn" | "worker" | "work" | "subtotal" | "questions" | "page" | "pageOf",
  string
>>;
