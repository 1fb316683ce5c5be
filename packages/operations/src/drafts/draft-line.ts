import type { InvoiceId, InvoiceLineId } from "@plumbline/domain/id";
import type { Adjustment } from "@plumbline/domain/rating/adjustment";
import type { Charge } from "@plumbline/domain/rating/charge";
import type { TaxDecision } from "@plumbline/domain/tax/decide-tax";

/** A line of a draft: a charge at its place, with its tax and what it comes to. */
export type DraftLine = Charge & {
  readonly id: InvoiceLineId;
  readonly position: number;
  readonly tax: TaxDecision;
  /** Included in the net. */
  readonly adjustments: readonly Adjustment[];
  readonly netMinor: bigint;
  /** Its part of what the invoice as a whole is adjusted by; not in the net. */
  readonly spreadMinor: bigint;
  /** The deposit that the line takes off, or whose rate of tax it brings to a part of the supply. */
  readonly deducts?: InvoiceId;
  readonly retaxes?: InvoiceId;
};
