import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { Meter, Metered } from "@plumbline/domain/engagement/meter";
import { quantityOf, quantityText } from "@plumbline/domain/engagement/quantity";
import { amountText } from "@plumbline/domain/money/decimal";
import type { UsedPeriod } from "@plumbline/domain/worklog/work-piece";
import type { Priced } from "./charge.ts";
import { chargePiece } from "./charge-piece.ts";
import { lineNet, type LinePrice } from "./line-net.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";
import { wordsOf } from "./usage-words.ts";

/** What of a period's use is charged as one line: what one tier prices of it, or what lacks to the minimum. */
export type UsagePart = LinePrice & {
  readonly key: string;
  /** Bounds of the tier, in units; the last one has no end. Absent for the minimum. */
  readonly tier?: { readonly from: string; readonly until?: string };
};

/**
 * What a period's use comes to, tier by tier. Tiers count all use; what is included is the first of it and costs nothing.
 * Each part rounds half up once, and the minimum is what they lack together.
 */
export function usageParts(meter: Meter, { quantity, days }: Metered): UsagePart[] {
  const included = quantityOf(meter.included ?? "0") * BigInt(days);
  const bounds = meter.tiers.map(({ from }) => quantityOf(from) * BigInt(days));
  const reached = bounds.findLastIndex((from) => from < quantity);
  const parts = meter.tiers.flatMap(({ from, priceMinor }, index): UsagePart[] => {
    const until = meter.tiers[index + 1]?.from;
    const span =
      meter.pricing === "volume"
        ? { from: index === reached ? 0n : quantity, until: quantity }
        : { from: bounds[index] as bigint, until: min(bounds[index + 1] ?? quantity, quantity) };
    const charged = span.until - max(span.from, included);
    if (charged <= 0n) return [];
    return [
      {
        key: `tier ${index + 1}`,
        quantity: quantityText(charged),
        priceMinor: BigInt(priceMinor),
        priceBase: meter.per * days,
        tier: { from, ...(until !== undefined && { until }) },
      },
    ];
  });
  const lacking = BigInt(meter.minimumMinor ?? 0) - parts.reduce((sum, part) => sum + lineNet(part), 0n);
  if (lacking <= 0n) return parts;
  return [...parts, { key: "minimum", quantity: "1", priceMinor: lacking, priceBase: 1 }];
}

/** Charges a part of a period's use, as the run that looked at its readings found it. */
export function chargeUsage(work: UsedPeriod, terms: PieceTerms): Priced {
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const words = wordsOf(terms.language);
  const { tier, minimumMinor, priceMinor, priceBase } = work;
  const span = words.span(work.period.start, addDays(work.period.end, -1));
  if (tier === undefined) {
    const because = `${words.metered(work)}; ${words.minimum(amountText(minimumMinor ?? 0n, work.currency))}`;
    return { charge: chargePiece(work, { description: `${words.minimumOf(work.name)}, ${span}`, because }) };
  }
  const because = [
    words.metered(work),
    ...(work.included === undefined ? [] : [words.included(work.included, work.measure)]),
    words.price(amountText(priceMinor, work.currency), work.per, { ...work, tier }),
  ].join("; ");
  const charge = chargePiece(work, { description: `${work.name}, ${span}`, because, priceMinor });
  const unit = work.measure === "average" ? "day" : work.unit;
  return { charge: { ...charge, quantity: work.quantity, unit, priceBase } };
}

/** The day on which a period's use is due: its last, or the last that was metered. */
export const usageDueOn = ({ cancelledFrom }: Meter, { end }: Period): LocalDate =>
  addDays(cancelledFrom !== undefined && cancelledFrom < end ? cancelledFrom : end, -1);

const min = (left: bigint, right: bigint): bigint => (left < right ? left : right);
const max = (left: bigint, right: bigint): bigint => (left > right ? left : right);
