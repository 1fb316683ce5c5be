import { addDays, addMonths, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { LineUnit } from "@plumbline/domain/invoice/line-unit";
import { divide } from "@plumbline/domain/money/money";
import { layersOf } from "./layers.ts";
import { periodsBetween, type Rhythm } from "./recurrence.ts";

/** Something that is paid for by the period, whatever is done in it. Amounts are text: what was agreed is JSON. */
export type Subscription = Rhythm & {
  readonly name: string;
  /** What is counted: seats, or the subscription itself. */
  readonly unit: Extract<LineUnit, "each" | "seat" | "unit">;
  readonly startsOn: LocalDate;
  readonly billed: "in_advance" | "in_arrears";
  /** Of one for one whole period, from days on; oldest first, and the first is the first day's. */
  readonly prices: readonly { readonly from: LocalDate; readonly priceMinor: string }[];
  /** How many, from days on; oldest first, and the first is the first day's. */
  readonly quantities: readonly { readonly from: LocalDate; readonly quantity: number }[];
  /** How long it was agreed for at a time; without an end when absent. */
  readonly termMonths?: number;
  /** Whether a term is followed by another. */
  readonly renews: boolean;
  /** What each renewal adds to the price; 300 is 3 %. */
  readonly upliftBasisPoints?: number;
  /** The first day that it no longer covers. */
  readonly cancelledFrom?: LocalDate;
  /** The last day that was billed elsewhere. */
  readonly billedThrough?: LocalDate;
  /** Time of the engagement is part of it, and not charged. */
  readonly coversTime?: boolean;
};

/** What of a subscription is charged as one line: so many, for some days of a period, at one price. */
export type SubscriptionPart = {
  readonly period: Period;
  readonly from: LocalDate;
  readonly until: LocalDate;
  readonly quantity: number;
  readonly price: SubscriptionPrice;
  /** The day it can be billed from. */
  readonly on: LocalDate;
};

export type SubscriptionPrice = {
  readonly minor: bigint;
  readonly since: LocalDate;
  /** What the renewal of that day added. */
  readonly upliftBasisPoints?: number;
};

/** Everything that can be billed before `until`, in the order of its days. */
export function subscriptionParts(subscription: Subscription, until: LocalDate): SubscriptionPart[] {
  const { startsOn, billed, billedThrough } = subscription;
  const end = endOf(subscription);
  const parts: SubscriptionPart[] = [];
  for (const period of periodsBetween(subscription, startsOn, end !== undefined && end < until ? end : until)) {
    const covered = { start: later(period.start, startsOn), end: earlier(period.end, end) };
    for (const span of splitAt(covered, priceDays(subscription, covered))) {
      const price = priceOn(subscription, span.start);
      for (const { quantity, ...layer } of layersOf(subscription.quantities, span)) {
        const on = billed === "in_advance" ? layer.from : addDays(covered.end, -1);
        const done = billedThrough !== undefined && layer.from <= billedThrough;
        if (on < until && !done) parts.push({ period, ...layer, quantity, price, on });
      }
    }
  }
  return parts;
}

/** The first day that it no longer covers; nothing when it goes on. */
export function endOf({ startsOn, termMonths, renews, cancelledFrom }: Subscription): LocalDate | undefined {
  const ends = renews || termMonths === undefined ? undefined : addMonths(startsOn, termMonths);
  return ends === undefined ? cancelledFrom : earlier(ends, cancelledFrom);
}

/** The price in force on a day: as it was given, with what every renewal since then added, each rounded half up. */
export function priceOn(subscription: Subscription, on: LocalDate): SubscriptionPrice {
  const { prices, upliftBasisPoints } = subscription;
  const given = prices.findLast(({ from }) => from <= on) ?? prices[0];
  if (given === undefined) throw new Error(`the subscription ${subscription.name} has no price`);
  let price: SubscriptionPrice = { minor: BigInt(given.priceMinor), since: given.from };
  if (upliftBasisPoints === undefined) return price;
  for (const since of renewalsUntil(subscription, on)) {
    const minor = divide(price.minor * BigInt(10_000 + upliftBasisPoints), 10_000n, "half-up");
    price = { minor, since, upliftBasisPoints };
  }
  return price;
}

/** The days on which a term followed another, up to and with `on`. */
export function renewalsUntil({ startsOn, termMonths, renews }: Subscription, on: LocalDate): LocalDate[] {
  const days: LocalDate[] = [];
  if (termMonths === undefined || !renews) return days;
  for (let term = 1; ; term += 1) {
    const day = addMonths(startsOn, term * termMonths);
    if (day > on) return days;
    days.push(day);
  }
}

const priceDays = (subscription: Subscription, { end }: Period): LocalDate[] =>
  subscription.upliftBasisPoints === undefined
    ? subscription.prices.map(({ from }) => from)
    : renewalsUntil(subscription, end);

function splitAt(span: Period, days: readonly LocalDate[]): Period[] {
  const cuts = days.filter((day) => span.start < day && day < span.end);
  return [span.start, ...cuts].map((start, index) => ({ start, end: cuts[index] ?? span.end }));
}

const later = (left: LocalDate, right: LocalDate): LocalDate => (left > right ? left : right);
const earlier = (left: LocalDate, right: LocalDate | undefined): LocalDate =>
  right === undefined || left < right ? left : right;
