import type { EngagementId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { allocate, money } from "@plumbline/domain/money/money";
import { type Adjustment, signedMinor } from "./adjustment.ts";
import type { Charge } from "./charge.ts";

type Line = Pick<Charge, "engagementId" | "nature"> & { readonly netMinor: bigint };
type OfInvoice = Pick<Adjustment, "kind" | "amountMinor"> & { readonly engagementId: EngagementId };

/**
 * Each line's part of what an invoice as a whole is adjusted by: the fees of an engagement bear what was agreed for them, in
 * proportion and by largest remainder, so that the parts are the whole. The invoice does not show it; a credit of the line
 * takes it back.
 *
 * @returns minor units in the order of the lines; negative for what was taken off
 */
export function spreadAdjustments(
  lines: readonly Line[],
  adjustments: readonly OfInvoice[],
  currency: Currency,
): bigint[] {
  const spread = lines.map(() => 0n);
  for (const adjustment of adjustments) {
    const bearing = lines.flatMap((line, index) =>
      line.engagementId === adjustment.engagementId && line.nature === "fee" && line.netMinor > 0n
        ? [{ index, netMinor: line.netMinor }]
        : [],
    );
    const parts = allocate(
      money(signedMinor(adjustment), currency),
      bearing.map(({ netMinor }) => netMinor),
    );
    for (const [at, { index }] of bearing.entries()) spread[index] = (spread[index] ?? 0n) + (parts[at]?.minor ?? 0n);
  }
  return spread;
}
