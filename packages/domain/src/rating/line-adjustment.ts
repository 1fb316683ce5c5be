import type { AgreedAdjustment } from "@plumbline/domain/engagement/adjustment";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import { divide } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import { type Adjustment, adjustmentWords, codeOf, type LineShare, reasonOf } from "./adjustment.ts";
import type { Charge } from "./charge.ts";
import { type LinePrice, lineNet, netAtShare } from "./line-net.ts";

type Shared = LinePrice & { readonly shares?: readonly LineShare[] };

/** The charge with what was agreed for each line of fees. What is held back is a share of what is left of the line. */
export function withLineShares(charge: Charge, agreed: readonly AgreedAdjustment[], language: string): Charge {
  const shares = agreed.flatMap((each): LineShare[] =>
    each.on !== "line" || each.basisPoints === undefined
      ? []
      : [
          {
            kind: each.kind,
            basisPoints: each.basisPoints,
            code: codeOf(each),
            reason: reasonOf(each, language),
            language,
          },
        ],
  );
  if (shares.length === 0 || charge.nature !== "fee") return charge;
  const gross = lineNet(charge);
  const adjusted = { ...charge, shares };
  const retainedMinor =
    charge.retainedMinor === 0n ? 0n : divide(charge.retainedMinor * chargeNet(adjusted), gross, "half-up");
  return { ...adjusted, retainedMinor };
}

/** Net of a line after what is taken off it and added to it, rounded half up exactly once. */
export const chargeNet = (line: Shared): bigint =>
  (line.shares ?? []).length === 0 ? lineNet(line) : netAtShare(line, remainingShare(line.shares ?? []));

/**
 * What each share comes to. They are counted one after another against the exact product, so that the net before, less
 * and plus these, is the net that rounded once. Shares of a line that come to nothing are left out.
 */
export function lineAdjustments(line: Shared, currency: Currency): Adjustment[] {
  const { shares = [] } = line;
  const baseMinor = lineNet(line);
  return shares.flatMap(({ kind, basisPoints, code, reason, language }, index): Adjustment[] => {
    const before = netAtShare(line, remainingShare(shares.slice(0, index)));
    const after = netAtShare(line, remainingShare(shares.slice(0, index + 1)));
    const amountMinor = kind === "allowance" ? before - after : after - before;
    if (amountMinor === 0n) return [];
    const because = adjustmentWords(language).share(percentText(basisPoints), amountText(baseMinor, currency));
    return [{ kind, amountMinor, share: { basisPoints, baseMinor }, code, reason, because }];
  });
}

const remainingShare = (shares: readonly LineShare[]): number =>
  shares.reduce((left, { kind, basisPoints }) => left + (kind === "allowance" ? -basisPoints : basisPoints), 10_000);
