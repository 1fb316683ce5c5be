import type { InvoiceSnapshot, SnapshotAdjustment } from "@plumbline/domain/invoice/snapshot";
import type { AdjustmentView, TotalsView } from "./invoice-view.ts";
import { plainText } from "./plain-text.ts";
import type { Printer } from "./printer.ts";

type Words = { readonly printer: Printer };

export const adjustmentViews = (
  adjustments: readonly SnapshotAdjustment[],
  { printer }: Words,
): readonly AdjustmentView[] =>
  adjustments.map((adjustment) => ({
    label: [
      plainText(adjustment.reason),
      ...(adjustment.basisPoints === undefined ? [] : [printer.percent(adjustment.basisPoints)]),
    ].join(" · "),
    amount: printer.money(String(signed(adjustment))),
    because: plainText(adjustment.because),
  }));

/** The way from the sum of the lines to the net, when they differ in what was agreed for the whole. */
export function adjustedView(
  { adjustments, netMinor }: InvoiceSnapshot,
  words: Words,
): Pick<TotalsView, "adjusted"> | undefined {
  if (adjustments === undefined) return undefined;
  const linesMinor = adjustments.reduce((sum, adjustment) => sum - signed(adjustment), BigInt(netMinor));
  return {
    adjusted: {
      lines: words.printer.money(String(linesMinor)),
      adjustments: adjustmentViews(adjustments, words),
    },
  };
}

const signed = ({ kind, amountMinor }: SnapshotAdjustment): bigint =>
  kind === "allowance" ? -BigInt(amountMinor) : BigInt(amountMinor);
