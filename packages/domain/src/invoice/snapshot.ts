import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { AdjustmentKind } from "@plumbline/domain/engagement/adjustment";
import type { Currency } from "@plumbline/domain/money/currency";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { Exemption } from "@plumbline/domain/tax/exemption";
import type { QuotedRate } from "@plumbline/domain/money/exchange";
import type { SalesTaxComponent } from "@plumbline/domain/tax/sales-tax-rates";
import type { TaxPointRule } from "@plumbline/domain/tax/tax-point";
import type { LineUnit } from "./line-unit.ts";

/**
 * What an invoice says, frozen at issue. Every document (page, PDF, e-invoice) is made from this and nothing else,
 * so that the same bytes can be explained years later. Amounts are decimal strings of minor units, because JSON has no
 * integers of the size that money needs.
 */
export type InvoiceSnapshot = {
  /** Raised when the shape changes; a renderer refuses a version it does not know. */
  readonly schema: 3;
  readonly number: string;
  /** Of an invoice for what is still to come (EN 16931 type 386); absent on others. */
  readonly kind?: "deposit";
  readonly issuedOn: LocalDate;
  readonly dueOn: LocalDate;
  /** Half-open: `periodEnd` is the first day that is not billed. */
  readonly periodStart: LocalDate;
  readonly periodEnd: LocalDate;
  /**
   * When its VAT becomes due; absent where that is the end of the service. With a day it is BT-7 of EN 16931; without one
   * it is the day of payment (BT-8, code 432).
   */
  readonly taxPoint?: { readonly rule: Exclude<TaxPointRule, "service_end">; readonly on?: LocalDate };
  readonly currency: Currency;
  /** BCP 47, the client's language for words, numbers and dates. */
  readonly language: string;
  readonly seller: SnapshotParty;
  readonly buyer: SnapshotParty;
  readonly bank?: SnapshotBank;
  readonly engagement: { readonly code: string; readonly name: string };
  readonly purchaseOrder?: string;
  readonly paymentTermsDays: number;
  readonly lines: readonly SnapshotLine[];
  /** Discounts and surcharges of the invoice as a whole: its net is the sum of the lines with these. */
  readonly adjustments?: readonly SnapshotAdjustment[];
  readonly taxes: readonly SnapshotTax[];
  readonly netMinor: string;
  readonly taxMinor: string;
  readonly totalMinor: string;
  /** What the buyer is expected to keep for its tax authority, so that it pays less by as much; absent when nothing. */
  readonly withholding?: {
    readonly basisPoints: number;
    readonly of: "net" | "gross";
    readonly reference: string;
    readonly amountMinor: string;
  };
  /** What the buyer may keep when its money comes in by a day (part of BT-20), of all that it is asked for; absent when nothing. */
  readonly earlyPayment?: readonly {
    readonly days: number;
    readonly basisPoints: number;
    readonly until: LocalDate;
    readonly amountMinor: string;
  }[];
  readonly approvals: readonly SnapshotApproval[];
  /** The timesheet behind the lines, in work-date order; empty when the client does not want it. */
  readonly annex: readonly SnapshotEntry[];
  /** Hours bought ahead that covered time of this invoice's period, and what was left of them; absent when none did. */
  readonly hourBuckets?: readonly SnapshotHours[];
  /** What was paid ahead and this invoice took, and what is left of it; absent when it took nothing. */
  readonly retainer?: { readonly appliedMinor: string; readonly remainingMinor: string };
  readonly template: { readonly id: string; readonly version: string };
  readonly brand: SnapshotBrand;
  /** Of a credit note: the invoice it takes back from (BT-25, BT-26), and why. An invoice has none. */
  readonly correction?: { readonly number: string; readonly issuedOn: LocalDate; readonly reason: string };
  /** Present when tax is charged in another currency than the seller declares it in (BT-6, BT-111), with the rate. */
  readonly taxConversion?: {
    readonly currency: Currency;
    readonly taxMinor: string;
    readonly rate: QuotedRate;
  };
};

export type SnapshotParty = {
  readonly name: string;
  readonly legalName: string;
  /** Street lines, then postcode and city. */
  readonly address: readonly string[];
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly taxId?: string;
  readonly email?: string;
};

export type SnapshotBank = { readonly bank: string; readonly iban: string; readonly bic: string };

export type SnapshotLine = {
  readonly position: number;
  /** Absent when the line is about the engagement as a whole. */
  readonly project?: string;
  readonly description: string;
  /** Decimal text, in `unit`. */
  readonly quantity: string;
  readonly unit: LineUnit;
  /** Billed working time; 0 when the line bills none. */
  readonly minutes: number;
  /** Price of `priceBase` units, in minor units of the currency. */
  readonly priceMinor: string;
  readonly priceBase: number;
  readonly netMinor: string;
  /** Inside the net. */
  readonly adjustments?: readonly SnapshotAdjustment[];
  /** What the client may keep of the net until release; absent when nothing. */
  readonly retainedMinor?: string;
  /** Where the buyer accounts for it (EN 16931 BT-133). */
  readonly costCentre?: string;
  /** The deposit invoice that this line takes off (EN 16931 BT-25, BT-26). */
  readonly deducts?: { readonly number: string; readonly issuedOn: LocalDate };
  readonly taxCategory: TaxCategory;
  readonly taxBasisPoints: number;
  /** The calculation in words: which rate, from where, over which entries. */
  readonly because: string;
};

export type SnapshotAdjustment = {
  readonly kind: AdjustmentKind;
  /** Above zero. */
  readonly amountMinor: string;
  /** Both present when it is a share. */
  readonly basisPoints?: number;
  readonly baseMinor?: string;
  /** UNTDID 5189 of an allowance, 7161 of a surcharge. */
  readonly code: string;
  readonly reason: string;
  readonly because: string;
  readonly taxCategory: TaxCategory;
  readonly taxBasisPoints: number;
};

export type SnapshotTax = {
  readonly category: TaxCategory;
  /** 1900 is 19 %. */
  readonly basisPoints: number;
  readonly baseMinor: string;
  readonly taxMinor: string;
  /** Why this category applies, with the rule it follows. */
  readonly because: string;
  /** Why there is no tax, as EN 16931 wants it said (BT-120, BT-121); absent where none is wanted. */
  readonly exemption?: Exemption;
  /** Which place levies it and at which exact rate, where a sales tax has parts; each part has the same base. */
  readonly component?: Omit<SalesTaxComponent, "because">;
};

export type SnapshotApproval = {
  readonly step: "manager" | "finance";
  readonly by: string;
  /** ISO 8601 instant. */
  readonly at: string;
};

export type SnapshotEntry = {
  readonly workedOn: LocalDate;
  readonly worker: string;
  readonly project: string;
  readonly task: string;
  readonly narrative: string;
  readonly minutes: number;
  /** Position of the line that bills it. */
  readonly line: number;
};

export type SnapshotHours = {
  /** First day of the period for which the hours were bought. */
  readonly startsOn: LocalDate;
  readonly boughtMinutes: number;
  readonly drawnMinutes: number;
  readonly remainingMinutes: number;
};

export type SnapshotBrand = {
  readonly name: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** One of the allow-listed families. */
  readonly font: string;
  /** Inline SVG, sanitised when the brand was saved. */
  readonly logoSvg: string;
  readonly website?: string;
  readonly supportEmail?: string;
  /** A sentence under the totals, such as thanks or a court register line. */
  readonly footer?: string;
};
