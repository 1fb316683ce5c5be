import type { InvoiceWire } from "@plumbline/contract/invoice";
import { minorToWire } from "@plumbline/contract/scalar";

/** Discounts and surcharges as JSON, in their order; null without any. Amounts are text, as JSON needs them. */
const adjustments = (where: string): string => `(
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
           'kind', a.kind, 'amountMinor', a.amount_minor::text, 'basisPoints', a.share_bp, 'baseMinor', a.base_minor::text,
           'code', a.reason_code, 'reason', a.reason, 'because', a.because, 'taxCategory', a.tax_category,
           'taxBasisPoints', a.tax_bp)) order by a.position)
    from invoice_adjustments a where ${where})`;

/** Of the line `l`. */
export const adjustmentsOfLine = adjustments("a.tenant_id = l.tenant_id and a.line_id = l.id");

/** Of the invoice `i` as a whole. */
export const adjustmentsOfInvoice = adjustments(
  "a.tenant_id = i.tenant_id and a.invoice_id = i.id and a.content_version = i.content_version and a.line_id is null",
);

type AdjustmentWire = NonNullable<InvoiceWire["adjustments"]>[number];

export type AdjustmentRow = Omit<AdjustmentWire, "amount" | "base"> & {
  readonly amountMinor: string;
  readonly baseMinor?: string;
};

export const adjustmentToWire = (
  { amountMinor, baseMinor, ...adjustment }: AdjustmentRow,
  currency: string,
): AdjustmentWire => ({
  ...adjustment,
  amount: minorToWire(amountMinor, currency),
  ...(baseMinor !== undefined && { base: minorToWire(baseMinor, currency) }),
});
