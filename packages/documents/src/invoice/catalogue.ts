import type { TaxCategory } from "@plumbline/domain/tax/category";

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
