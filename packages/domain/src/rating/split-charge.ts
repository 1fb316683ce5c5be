import { type BearingPart, shareText } from "@plumbline/domain/engagement/split";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import { apportion } from "@plumbline/domain/money/money";
import { signedMinor } from "./adjustment.ts";
import type { Charge, ChargeClaim } from "./charge.ts";
import { chargeNet, lineAdjustments } from "./line-adjustment.ts";

/**
 * What each part bears of a charge, by largest remainder: nets, discounts, minutes and what is held back of all parts sum to
 * those of the whole, and no part is a minor unit or more off its exact share. A part is one sum, because hours times a price
 * would round to another.
 *
 * @param parts all of a split, in their order: who bears the cents left over depends on all of them
 * @param said.language of the charge, whose reason goes on
 */
export function splitCharge(
  charge: Charge,
  parts: readonly BearingPart[],
  { currency, language }: { readonly currency: Currency; readonly language: string },
): Charge[] {
  const weights = parts.map(({ weight }) => BigInt(weight));
  const divided = (whole: bigint, by: readonly bigint[] = weights) => apportion(whole, by);
  const net = chargeNet(charge);
  const nets = divided(net);
  const adjustments = lineAdjustments(charge, currency).map((each) => ({ each, amounts: divided(each.amountMinor) }));
  // By the nets, so that nothing holds back more than there is of it.
  const retained =
    net === 0n
      ? nets
      : divided(
          charge.retainedMinor,
          nets.map((part) => (part < 0n ? -part : part)),
        );
  const claims = charge.claims.map((claim) => divideClaim(claim, parts, divided));
  return parts.map((part, index): Charge => {
    const taken = adjustments
      .map(({ each, amounts }) => ({ ...each, share: undefined, amountMinor: amounts[index] ?? 0n }))
      .filter(({ amountMinor }) => amountMinor !== 0n);
    const gross = (nets[index] ?? 0n) - taken.reduce((sum, each) => sum + signedMinor(each), 0n);
    const ofIt = claims.flatMap((each) => each[index] ?? []);
    const share = shareText(part);
    const { shares: _, writeDown: __, ...rest } = charge;
    return {
      ...rest,
      description: `${charge.description} (${[share, part.costCentre].filter((text) => text !== undefined).join(", ")})`,
      quantity: gross < 0n ? "-1" : "1",
      unit: "each",
      priceMinor: gross < 0n ? -gross : gross,
      priceBase: 1,
      minutes: ofIt.reduce((sum, { billedMinutes }) => sum + billedMinutes, 0),
      retainedMinor: retained[index] ?? 0n,
      because: `${charge.because}; ${wordsOf(language)(share, amountText(net, currency))}`,
      claims: ofIt,
      part: { ...part, taken },
    };
  });
}

/** Minutes that were worked, and those that are billed, each by largest remainder. */
function divideClaim(
  claim: ChargeClaim,
  parts: readonly BearingPart[],
  divided: (whole: bigint) => readonly bigint[],
): ChargeClaim[] {
  const minutes = divided(BigInt(claim.minutes));
  const billed = divided(BigInt(claim.billedMinutes));
  return parts.map(({ splitId, position }, index) => ({
    ...claim,
    minutes: Number(minutes[index]),
    billedMinutes: Number(billed[index]),
    part: { splitId, position, wholeMinutes: claim.minutes },
  }));
}

type Words = (share: string, whole: string) => string;

const english: Words = (share, whole) => `this is ${share} of ${whole}, as it was agreed to split it`;
const german: Words = (share, whole) => `dies sind ${share} von ${whole}, wie die Teilung vereinbart ist`;

const wordsOf = (language: string): Words => (language.startsWith("de") ? german : english);
