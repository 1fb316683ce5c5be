import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { BearingPart } from "@plumbline/domain/engagement/split";
import type { EngagementId, ProjectId, RateId } from "@plumbline/domain/id";
import type { LineUnit } from "@plumbline/domain/invoice/line-unit";
import type { TaxDecision } from "@plumbline/domain/tax/decide-tax";
import type { WorkRef } from "@plumbline/domain/worklog/work-ref";
import type { Adjustment, LineShare } from "./adjustment.ts";
import type { ChargeWriteDown } from "./write-down.ts";

/**
 * What a pricing method makes of work: a line that has no invoice yet. Every method returns these and nothing else, so
 * that drafts, taxes, approvals and documents need not know which methods there are.
 */
export type Charge = {
  readonly engagementId: EngagementId;
  /** Absent when the charge is about the engagement as a whole. */
  readonly projectId: ProjectId | undefined;
  /** First day of what is charged; the terms of this day say when it is due. */
  readonly on: LocalDate;
  /**
   * What limits and discounts ask: fees, what lacks to a committed minimum, money spent by the firm, the client's own money, or what
   * a deposit asks for or takes off.
   */
  readonly nature: "fee" | "shortfall" | "expense" | "disbursement" | "deposit";
  /** Caps do not count it. */
  readonly uncapped?: true;
  readonly description: string;
  /** How much, in `unit`: decimal text without needless zeros. */
  readonly quantity: string;
  readonly unit: LineUnit;
  /** Billed working time in it; 0 when it bills none. */
  readonly minutes: number;
  readonly priceMinor: bigint;
  /** How many units the price buys. */
  readonly priceBase: number;
  readonly rateId: RateId | undefined;
  /** The part of the net that the client may keep until the work is released; 0 when nothing is held back. */
  readonly retainedMinor: bigint;
  /** The days over which it is earned, when it is billed before; absent when it is earned with the invoice. */
  readonly earned?: Period;
  /** The treatment of this charge alone; absent when the engagement's holds for it. */
  readonly tax: TaxDecision | undefined;
  /** The calculation in words, in the client's language. */
  readonly because: string;
  readonly claims: readonly ChargeClaim[];
  /** Shares that were agreed to come off each line, or on top of it. */
  readonly shares?: readonly LineShare[];
  /** What a person decided to take off after them. */
  readonly writeDown?: ChargeWriteDown;
  /** Present when somebody bears a part of it, with that part of what was taken off and added. */
  readonly part?: BearingPart & { readonly taken: readonly Adjustment[] };
};

/** What a method says of one piece of work: what it costs, or why it has no price yet. */
export type Priced = { readonly charge: Charge } | { readonly issue: PricingIssue };

/** Never a zero line: work that cannot be priced is held, with this. */
export type PricingIssue = { readonly code: string; readonly message: string };

export type ChargeClaim = {
  readonly work: WorkRef;
  /** Source minutes taken: all of them, unless a limit divides the work. */
  readonly minutes: number;
  /** What the increments made of its minutes; 0 for work that is not time. */
  readonly billedMinutes: number;
  /** Of a cost that was edited after it was billed: how much of its sum; absent when it takes all of it. */
  readonly amountMinor?: bigint;
  /** Which part of a split takes it, and the source minutes that all parts take together. */
  readonly part?: { readonly splitId: string; readonly position: number; readonly wholeMinutes: number };
};
