import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { Meter } from "@plumbline/domain/engagement/meter";
import type { Recurrence } from "@plumbline/domain/engagement/recurrence";
import type { Subscription } from "@plumbline/domain/engagement/subscription";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { ExchangeRate, QuotedRate } from "@plumbline/domain/money/exchange";
import type { WorkRef } from "./work-ref.ts";

/** Work that has a sum of its own instead of minutes. */
type LumpSum = WorkRef & {
  readonly engagementId: EngagementId;
  readonly projectId: ProjectId | undefined;
  /** The day it can be billed from. */
  readonly on: LocalDate;
  readonly status: "submitted" | "approved";
  readonly currency: Currency;
  readonly amountMinor: bigint;
};

/** A part of a fixed fee that falls due. */
export type FeeInstalment = LumpSum & {
  readonly kind: "fee";
  readonly number: number;
  readonly of: number;
  readonly feeMinor: bigint;
  /** Its share of the fee, when it was agreed as one; 3000 is 30 %. */
  readonly basisPoints: number | undefined;
};

/** A result with a price. It is billed when the client accepted it and something proves that. */
export type Milestone = LumpSum & {
  readonly kind: "milestone";
  readonly name: string;
  readonly dueOn: LocalDate;
  readonly acceptedOn: LocalDate | undefined;
  readonly acceptedBy: string | undefined;
  readonly evidence: Proof | undefined;
  /** The change order that set its price or its day. */
  readonly amendedBy?: ChangeOrderRef;
};

/** A sum that a change order brought. Its proof is the signed order. */
export type ChangeOrderSum = LumpSum & {
  readonly kind: "change_order";
  readonly number: string;
  readonly signedOn: LocalDate;
  readonly description: string;
  readonly evidence: Proof;
};

/** Money spent for a client. Its sum is what it cost the firm: paid, less the VAT that comes back. */
export type Cost = LumpSum & {
  readonly category: string;
  readonly description: string;
  /** Who spent it, by name. */
  readonly worker: string | undefined;
  readonly paidMinor: bigint;
  readonly recoverableVatMinor: bigint;
  /**
   * Into the engagement's currency, when it was paid in another: as it was recorded with it, or else as the legal entity's
   * source quoted it for the day.
   */
  readonly exchange: ExchangeRate | (QuotedRate & { readonly id: string }) | undefined;
  readonly receipt: Proof | undefined;
  /** What was billed of an earlier version; absent when it was not edited after billing. */
  readonly earlier?: EarlierCost;
};

/** Of a cost that was edited after it was billed. */
export type EarlierCost = {
  /** The version that was billed, its sum in its currency, and the latest invoice that did so. */
  readonly version: number;
  readonly amountMinor: bigint;
  readonly currency: Currency;
  readonly number: string;
  /** What invoices still hold of its sum; absent when they gave all of it back, and it is billed anew. */
  readonly takenMinor?: bigint;
};

/** Spent by the firm for its own account, and charged on. */
export type Expense = Cost & { readonly kind: "expense" };

/** Paid by the firm in the client's name: the client's own cost, of which nothing comes back. */
export type Disbursement = Cost & { readonly kind: "disbursement" };

/** What a period costs, whatever happens in it. */
export type PeriodFee = LumpSum & {
  readonly startsOn: LocalDate;
  /** First day that it is not for any more; absent when it is paid once and for all. */
  readonly endsOn?: LocalDate;
};

/** The price of the hours that a client buys for a period. */
export type BoughtHours = PeriodFee & { readonly kind: "hour_bucket"; readonly bucketMinutes: number };

/** So many of a subscription for some days of a period, as they were agreed. */
export type SubscribedPeriod = LumpSum & {
  readonly kind: "subscription";
  readonly name: string;
  readonly unit: Subscription["unit"];
  readonly every: Recurrence;
  readonly inAdvance: boolean;
  readonly period: Period;
  readonly from: LocalDate;
  readonly until: LocalDate;
  readonly quantity: number;
  /** Of one, for a whole period. */
  readonly priceMinor: bigint;
  readonly pricedSince: LocalDate;
  readonly upliftBasisPoints: number | undefined;
};

/** What was used of something in a period and is priced by one tier, or what lacks to the period's minimum. */
export type UsedPeriod = LumpSum &
  Pick<Meter, "name" | "unit" | "measure" | "pricing" | "per"> & {
    readonly kind: "usage";
    readonly period: Period;
    /** All that the period used, and of how many days that is a sum. */
    readonly metered: string;
    readonly days: number;
    readonly peakOn: LocalDate | undefined;
    readonly included: string | undefined;
    readonly minimumMinor: bigint | undefined;
    readonly tier: { readonly from: string; readonly until?: string } | undefined;
    /** Of this tier. */
    readonly quantity: string;
    readonly priceMinor: bigint;
    readonly priceBase: number;
  };

/** What a period lacks to what the client committed to, as a run counted it. */
export type Shortfall = LumpSum & {
  readonly kind: "shortfall";
  readonly period: Period;
  readonly minimumMinor: bigint;
  readonly billedMinor: bigint;
  /** What was billed of the period on which invoice, in minor units; one that was not issued yet has no number. */
  readonly counted: readonly { readonly number?: string; readonly minor: string }[];
  /** Where the period ended early: the minimum of all its days, and how many of them there were. */
  readonly prorated?: { readonly amountMinor: string; readonly days: number; readonly of: number };
  readonly includesExpenses?: true;
  readonly countsTowardsCap?: true;
};

/** A document that proves a fact, and the SHA-256 of its bytes. */
export type Proof = { readonly document: string; readonly sha256: string };

export type WorkPiece =
  | FeeInstalment
  | Milestone
  | ChangeOrderSum
  | Expense
  | Disbursement
  | BoughtHours
  | SubscribedPeriod
  | UsedPeriod
  | Shortfall;
export type WorkPieceKind = WorkPiece["kind"];
