import type { LogoView } from "@plumbline/domain/brand/logo-view";
import type { Palette } from "@plumbline/domain/brand/palette";
import type { Labels } from "./catalogue.ts";

/**
 * An invoice as words: every number, date and sentence is ready to print in the client's language, and every text is
 * plain text. The page, the PDF and a tenant's own template read exactly this JSON and compute nothing.
 */
export type InvoiceView = {
  readonly schema: 3;
  /** BCP 47 tag of the words. */
  readonly language: string;
  readonly title: string;
  readonly number: string;
  readonly labels: Labels;
  readonly brand: BrandView;
  readonly seller: PartyView;
  readonly buyer: PartyView;
  /** Dates, service period, engagement and purchase order. */
  readonly facts: readonly FactView[];
  /** What the columns of the lines are called: hours and rates when all lines bill time. */
  readonly columns: { readonly quantity: string; readonly price: string };
  readonly lines: readonly LineView[];
  /** Whether lines name their tax rate: only when there is more than one. */
  readonly linesShowTax: boolean;
  /** Present when time is billed. */
  readonly hours?: string;
  readonly taxes: readonly TaxView[];
  readonly totals: TotalsView;
  readonly dueOn: string;
  readonly payment: PaymentView;
  readonly approvals?: string;
  readonly timesheet?: TimesheetView;
};

export type FactView = { readonly label: string; readonly value: string };

export type BrandView = {
  readonly name: string;
  readonly light: BrandColours;
  readonly dark: BrandColours;
  /** An allow-listed family. */
  readonly font: string;
  readonly logo?: LogoView;
  readonly website?: string;
  readonly supportEmail?: string;
  readonly footer?: string;
};

export type BrandColours = Pick<Palette, "solid" | "onSolid" | "solidBorder" | "tint" | "text" | "line">;

export type PartyView = {
  readonly name: string;
  /** Present when it does not begin with the name; else it is the name. */
  readonly legalName?: string;
  /** Street, city and country, one a line. */
  readonly address: readonly string[];
  readonly taxId?: string;
  readonly email?: string;
};

export type LineView = {
  readonly position: string;
  readonly project?: string;
  readonly description: string;
  /** With its unit, such as "62.50 h" or "3 seats". */
  readonly quantity: string;
  readonly price: string;
  /** What the price buys, such as "per hour"; absent when it is by the piece. */
  readonly priceUnit?: string;
  readonly tax: string;
  readonly net: string;
  /** Empty where the template does without it. */
  readonly because: string;
  /** Present when something was taken off or added; inside the net. */
  readonly adjustments?: readonly AdjustmentView[];
};

/** A discount, with a minus, or a surcharge. */
export type AdjustmentView = { readonly label: string; readonly amount: string; readonly because: string };

export type TaxView = {
  readonly category: string;
  readonly rate: string;
  readonly base: string;
  readonly tax: string;
  /** The sentence the law wants on the invoice, such as the reverse charge note. */
  readonly note?: string;
  readonly because: string;
};

export type TotalsView = {
  /** Present when something was taken off or added as a whole: the sum of the lines, and what. */
  readonly adjusted?: { readonly lines: string; readonly adjustments: readonly AdjustmentView[] };
  readonly net: string;
  readonly tax: string;
  readonly total: string;
  /** Present when the client holds a part back; it is subtracted. */
  readonly retained?: string;
  /** Present when the invoice takes money that was paid ahead; it is subtracted. */
  readonly paidAhead?: string;
  /** Present when the client keeps something for its tax authority; it is subtracted. */
  readonly withheld?: string;
  /** Present when something is subtracted. */
  readonly reduced?: boolean;
  /** What is to be paid now: the total, less what is held back and what was paid ahead. */
  readonly payable: string;
};

export type PaymentView = {
  readonly request: string;
  readonly terms: string;
  readonly bank?: readonly FactView[];
};

export type TimesheetView = {
  readonly groups: readonly TimesheetGroupView[];
  readonly hours: string;
  /** Present when an entry is not a whole number of hundredths of an hour. */
  readonly roundingNote?: string;
};

export type TimesheetGroupView = {
  readonly title: string;
  readonly entries: readonly {
    readonly workedOn: string;
    readonly worker: string;
    readonly task: string;
    readonly narrative: string;
    readonly hours: string;
  }[];
  readonly hours: string;
  /** Present when the line bills other hours than were recorded, such as agreed minimum increments. */
  readonly billedNote?: string;
};
