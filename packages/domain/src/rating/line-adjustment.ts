import type { AgreedAdjustment } from "@plumbline/domain/engagement/adjustment";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import { divide } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import { type Adjustment, adjustmentWords, codeOf, type LineShare, reasonOf, signedMinor } from "./adjustment.ts";
import type { Charge } from "./charge.ts";
import { type LinePrice, lineNet, netAtShare } from "./line-net.ts";
import type { ChargeWriteDown, WriteDownKind } from "./write-down.ts";

type Shared = LinePrice & {
  readonly shares?: readonly LineShare[];
  readonly writeDown?: ChargeWriteDown;
  readonly part?: { readonly taken: readonly Adjustment[] };
};

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
export function chargeNet(line: Shared): bigint {
  const share = remainingShare(line.shares ?? []);
  const before = netBeforeDecision(line);
  if (line.writeDown === undefined) return before;
  const { take } = line.writeDown;
  if ("basisPoints" in take && line.part) return divide(before * BigInt(10_000 - take.basisPoints), 10_000n, "half-up");
  if ("basisPoints" in take) return netAtShare(line, share, remainingShare([{ kind: "allowance", ...take }]));
  return before > take.amountMinor ? before - take.amountMinor : 0n;
}

/** A part of a split bears amounts that were counted already. */
const netBeforeDecision = (line: Shared): bigint =>
  line.part === undefined
    ? netAtShare(line, remainingShare(line.shares ?? []))
    : line.part.taken.reduce((net, each) => net + signedMinor(each), lineNet(line));

/**
 * What each share comes to, and then what a person took off. They are counted one after another against the exact product, so that the net before, less
 * and plus these, is the net that rounded once. Shares of a line that come to nothing are left out.
 */
export function lineAdjustments(line: Shared, currency: Currency): Adjustment[] {
  const { shares = [] } = line;
  const baseMinor = lineNet(line);
  const counted = shares.flatMap(({ kind, basisPoints, code, reason, language }, index): Adjustment[] => {
    const before = netAtShare(line, remainingShare(shares.slice(0, index)));
    const after = netAtShare(line, remainingShare(shares.slice(0, index + 1)));
    const amountMinor = kind === "allowance" ? before - after : after - before;
    if (amountMinor === 0n) return [];
    const because = adjustmentWords(language).share(percentText(basisPoints), amountText(baseMinor, currency));
    return [{ kind, amountMinor, share: { basisPoints, baseMinor }, code, reason, because }];
  });
  const decided = line.writeDown === undefined ? [] : decidedOf(line, line.writeDown, currency);
  return [...(line.part?.taken ?? []), ...counted, ...decided];
}

/** UNTDID 5189 “Discount” and “Special rebate”: whoever approves the content tells one from the other. */
const decisionCodes = { write_down: "95", no_charge: "100" } as const satisfies Record<WriteDownKind, string>;

function decidedOf(line: Shared, { id, kind, take, wording, language }: ChargeWriteDown, currency: Currency) {
  const baseMinor = netBeforeDecision(line);
  const amountMinor = baseMinor - chargeNet(line);
  if (amountMinor === 0n) return [];
  const words = adjustmentWords(language);
  const share = "basisPoints" in take ? { basisPoints: take.basisPoints, baseMinor } : undefined;
  const what = share === undefined ? amountText(amountMinor, currency) : percentText(share.basisPoints);
  return [
    {
      kind: "allowance" as const,
      amountMinor,
      share,
      code: decisionCodes[kind],
      reason: wording ?? words.writtenDown[kind],
      because: words.decided(what, amountText(baseMinor, currency)),
      writeDownId: id,
    },
  ];
}

const remainingShare = (shares: readonly Pick<LineShare, "kind" | "basisPoints">[]): number =>
  shares.reduce((left, { kind, basisPoints }) => left + (kind === "allowance" ? -basisPoints : basisPoints), 10_000);
