import { addDays, daysBetween, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { LineUnit } from "@plumbline/domain/invoice/line-unit";
import { periodsBetween, type Rhythm } from "./recurrence.ts";

/** Something whose use is paid for. Amounts and quantities are text: what was agreed is JSON. */
export type Meter = Rhythm & {
  readonly name: string;
  readonly unit: Extract<LineUnit, "unit" | "seat" | "kilometre">;
  readonly measure: Measure;
  readonly startsOn: LocalDate;
  /** The first day that is no longer metered. */
  readonly cancelledFrom?: LocalDate;
  /** The last day that was billed elsewhere. */
  readonly billedThrough?: LocalDate;
  readonly pricing: TierPricing;
  /** From how much on which price; the first is from nothing. */
  readonly tiers: readonly { readonly from: string; readonly priceMinor: string }[];
  /** How many units a price buys. */
  readonly per: number;
  /** What each period has of it without charge: an allowance, or what was contracted and is trued up. */
  readonly included?: string;
  /** What each period comes to at least. */
  readonly minimumMinor?: string;
};

/** What of the readings of a period counts: all that was used, the highest count, or the count of its average day. */
export const measures = ["sum", "peak", "average"] as const;
export type Measure = (typeof measures)[number];

/** Whether each unit costs what its tier says, or all of them what the tier says that the last one reached. */
export const tierPricings = ["graduated", "volume"] as const;
export type TierPricing = (typeof tierPricings)[number];

/** What was read on a day, in millionths: the use of that day, or the highest count of it. */
export type Reading = { readonly on: LocalDate; readonly quantity: bigint };

/** What a period used: `quantity` millionths out of `days`, which is one unless it is an average. */
export type Metered = { readonly quantity: bigint; readonly days: number; readonly peakOn: LocalDate | undefined };

/** The periods that are over before `until`, without those that were billed elsewhere. */
export function meteredPeriods(meter: Meter, until: LocalDate): Period[] {
  const end = meter.cancelledFrom === undefined || meter.cancelledFrom > until ? until : meter.cancelledFrom;
  return periodsBetween(meter, firstDay(meter), end).filter(
    (period) => period.end <= until || meter.cancelledFrom === end,
  );
}

/** What counts at a meter from its first day on. */
export const firstDay = ({ startsOn, billedThrough }: Meter): LocalDate =>
  billedThrough === undefined || billedThrough < startsOn ? startsOn : addDays(billedThrough, 1);

/**
 * What a period used, of readings in the order of their days. Use that was read late counts in the first period that is not
 * billed yet: `counted` is what the periods before took.
 */
export function meteredIn(
  meter: Meter,
  period: Period,
  { readings, counted }: { readonly readings: readonly Reading[]; readonly counted: bigint },
): Metered {
  if (meter.measure === "sum") {
    const used = readings
      .filter(({ on }) => firstDay(meter) <= on && on < period.end)
      .reduce((sum, { quantity }) => sum + quantity, 0n);
    return { quantity: used > counted ? used - counted : 0n, days: 1, peakOn: undefined };
  }
  const steps = stepsIn(meter, period, readings);
  if (meter.measure === "average") {
    const quantity = steps.reduce((sum, step) => sum + step.quantity * BigInt(daysBetween(step.from, step.until)), 0n);
    return { quantity, days: daysBetween(period.start, period.end), peakOn: undefined };
  }
  const peak = steps.reduce<Step | undefined>(
    (top, step) => (top && top.quantity >= step.quantity ? top : step),
    undefined,
  );
  return { quantity: peak?.quantity ?? 0n, days: 1, peakOn: peak?.from };
}

type Step = { readonly from: LocalDate; readonly until: LocalDate; readonly quantity: bigint };

/** A count holds until the next one, and the last before the period into it. */
function stepsIn(meter: Meter, period: Period, readings: readonly Reading[]): Step[] {
  const start = meter.startsOn > period.start ? meter.startsOn : period.start;
  const end = meter.cancelledFrom !== undefined && meter.cancelledFrom < period.end ? meter.cancelledFrom : period.end;
  const before = readings.findLast(({ on }) => on <= start);
  const within = readings.filter(({ on }) => start < on && on < end);
  const counts = [...(before === undefined ? [] : [{ ...before, on: start }]), ...within];
  return counts.map(({ on, quantity }, index) => ({ from: on, until: counts[index + 1]?.on ?? end, quantity }));
}
