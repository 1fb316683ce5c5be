import { type AgreedTreatment, isAgreed } from "@plumbline/domain/tax/exemption";
import type { ServiceKind } from "@plumbline/domain/tax/service-kind";
import type { ChangeOrderRef } from "./change-order-ref.ts";
import { adjustmentIssues, type AgreedAdjustment } from "./adjustment.ts";
import { feeIssues, type FixedFee } from "./fixed-fee.ts";
import { retainerIssues, type RetainerTerms } from "./retainer.ts";
import { type HourTerms, hourTermsIssues } from "./time-terms.ts";
import { type AgreedWithholding, withholdingIssues } from "./withholding.ts";
import { type EarlyPayment, earlyPaymentIssues } from "./early-payment.ts";
import { bucketIssues, type HourBucket } from "./hour-bucket.ts";
import { type CommittedMinimum, minimumIssues } from "./committed-minimum.ts";

/** What was agreed with a client for one engagement, from a day on. Stored as data, so old invoices can be recomputed. */
export type EngagementTerms = {
  readonly time: HourTerms & {
    readonly basis: TimeBasis;
    readonly increment: Increment;
  };
  /** Days from issue to due. */
  readonly paymentTermsDays: number;
  /** What the client may keep for paying before that. */
  readonly earlyPayment?: readonly EarlyPayment[];
  /** Billed as its instalments fall due, beside whatever time is billed by the hour. */
  readonly fee?: FixedFee;
  /** What the client keeps of each milestone until the work is released; 500 is 5 %. */
  readonly holdbackBasisPoints?: number;
  /** What the client pays at most. */
  readonly cap?: Cap;
  /** How money spent for the client is charged on; at cost, with a receipt for each, when nothing was agreed. */
  readonly expenses?: ExpenseTerms;
  /** What is sold, where tax law tells services apart (sales tax in the United States). */
  readonly service?: ServiceKind;
  /** The tax treatment that a person confirmed of these services; the rules alone decide when absent. */
  readonly tax?: AgreedTreatment;
  /** Hours bought ahead; time is covered by them before it is charged. */
  readonly bucket?: HourBucket;
  /** What holds for money that is paid ahead. */
  readonly retainer?: RetainerTerms;
  /** What the client keeps of its payments for its own tax authority. */
  readonly withholding?: AgreedWithholding;
  /** What the client pays at least. */
  readonly minimum?: CommittedMinimum;
  /** Discounts and surcharges on fees. */
  readonly adjustments?: readonly AgreedAdjustment[];
  /** Which change order made a member what it is. */
  readonly amendedBy?: { readonly cap?: ChangeOrderRef; readonly fee?: ChangeOrderRef };
};

/** A ceiling on money, on hours, or on both. Disbursements never count: they are the client's own money. */
export type Cap = {
  readonly amountMinor?: string;
  readonly minutes?: number;
  readonly includesExpenses?: boolean;
};

export type ExpenseTerms = {
  /** The fee covers them: counted, and not charged. */
  readonly included?: boolean;
  /** 1000 is 10 %. */
  readonly markupBasisPoints?: number;
  /** What may be charged on; everything when absent. */
  readonly categories?: readonly string[];
  /** Up to this amount, minor units of the engagement's currency, no receipt is asked for. */
  readonly receiptAboveMinor?: string;
};

/**
 * How time is paid for: by the hour, by a fee that covers it, or not at all.
 * Covered and unpaid minutes are accounted for as carefully as billed ones.
 */
export const timeBases = ["time_and_materials", "fixed_fee", "non_billable"] as const;
export type TimeBasis = (typeof timeBases)[number];

/** Time is rounded up to a multiple of `minutes`: each entry by itself, or a worker's day with the client as a whole. */
export type Increment = { readonly minutes: number; readonly per: (typeof incrementScopes)[number] };
export const incrementScopes = ["entry", "day"] as const;

/** Whether stored data are terms that can be billed by; anything else counts as no terms, and the engagement as not ready. */
export function areTerms(value: unknown): value is EngagementTerms {
  const {
    time,
    paymentTermsDays,
    fee,
    holdbackBasisPoints,
    tax,
    bucket,
    retainer,
    minimum,
    cap,
    adjustments,
    withholding,
    earlyPayment,
  } = (value ?? {}) as Partial<EngagementTerms>;
  return (
    (fee === undefined || feeIssues(fee).length === 0) &&
    (bucket === undefined || bucketIssues(bucket).length === 0) &&
    (retainer === undefined || retainerIssues(retainer).length === 0) &&
    (minimum === undefined || minimumIssues(minimum, cap).length === 0) &&
    (holdbackBasisPoints === undefined || isHoldback(holdbackBasisPoints)) &&
    (tax === undefined || isAgreed(tax)) &&
    (withholding === undefined || withholdingIssues(withholding).length === 0) &&
    (adjustments === undefined || adjustmentIssues(adjustments).length === 0) &&
    Number.isInteger(paymentTermsDays) &&
    (earlyPayment === undefined || earlyPaymentIssues(earlyPayment, paymentTermsDays ?? 0).length === 0) &&
    timeBases.some((basis) => basis === time?.basis) &&
    incrementScopes.some((scope) => scope === time?.increment?.per) &&
    Number.isInteger(time?.increment.minutes) &&
    (time?.increment.minutes ?? 0) > 0 &&
    hourTermsIssues(time ?? {}).length === 0
  );
}

/** More than nothing and less than all. */
export const isHoldback = (basisPoints: number): boolean =>
  Number.isInteger(basisPoints) && basisPoints > 0 && basisPoints < 10_000;
