import type { TaxCategory } from "./category.ts";
import type { Exemption } from "./exemption.ts";
import type { SalesTaxComponent } from "./sales-tax-rates.ts";
import type { TaxIssue } from "./tax-issue.ts";
import type { VatIdCheck } from "./vat-id-check.ts";

export type TaxDecision = {
  readonly category: TaxCategory;
  /** 1900 is 19 %; 0 for every category without a rate. */
  readonly basisPoints: number;
  /** The parts of a sales tax, each owed to its own authority; `basisPoints` is then their sum, in whole points. */
  readonly components?: readonly SalesTaxComponent[];
  /** The exemption certificate that the decision rests on. */
  readonly certificateId?: string;
  /** One sentence a client can be shown, in the client's language. */
  readonly because: string;
  readonly rule: string;
  /** Present where the law wants a reason for the absence of tax on the invoice (BR-AE-10, BR-E-10, BR-O-10). */
  readonly exemption?: Exemption;
  /** What the decision rests on, to be kept with the invoice. */
  readonly evidence?: VatIdCheck;
  /**
   * Settled only when empty. With an issue the category is provisional, and never a zero rate the evidence must still
   * earn.
   */
  readonly issues: readonly TaxIssue[];
};
