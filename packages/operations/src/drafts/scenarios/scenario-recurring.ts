import type { Meter, Reading } from "@plumbline/domain/engagement/meter";
import { quantityOf } from "@plumbline/domain/engagement/quantity";
import type { Recurrence } from "@plumbline/domain/engagement/recurrence";
import type { Subscription } from "@plumbline/domain/engagement/subscription";
import type { Currency } from "@plumbline/domain/money/currency";
import { parsePercent } from "@plumbline/domain/money/percent";
import { type AgreedMeter, type AgreedSubscription, day, minor } from "./scenario-kit.ts";

export function subscriptionOf(agreed: AgreedSubscription, currency: Currency): Subscription {
  const { what, then = [], term, uplift, ...more } = agreed;
  const match = /^(\d+) (seat|unit|each)s? of (.+) at (\S+) a (month|quarter|year) from (\S+)$/.exec(what);
  if (match === null) throw new Error(`“${what}” is not a subscription`);
  const [, quantity, unit, name = "", price = "", every, from = ""] = match;
  const startsOn = day(from);
  const later = then.map((text) => text.split(" from ") as [string, string]);
  return {
    name,
    unit: unit as Subscription["unit"],
    every: every as Subscription["every"],
    anchoredOn: startsOn,
    startsOn,
    billed: "in_advance",
    prices: [{ from: startsOn, priceMinor: String(minor(price, currency)) }],
    quantities: [
      { from: startsOn, quantity: Number(quantity) },
      ...later.map(([count, on]) => ({ from: day(on), quantity: Number(count) })),
    ],
    renews: true,
    ...(term !== undefined && { termMonths: term }),
    ...(uplift !== undefined && { upliftBasisPoints: parsePercent(uplift) as number }),
    ...more,
  };
}

export function meterOf(agreed: AgreedMeter, currency: Currency): Meter {
  const { what, readings: _, minimum, ...more } = agreed;
  const match = /^(.+) at (.+) a (month|quarter|year) from (\S+)$/.exec(what);
  if (match === null) throw new Error(`“${what}” is not a meter`);
  const [, name = "", price = "", every, from = ""] = match;
  return {
    name,
    unit: "unit",
    measure: "sum",
    every: every as Recurrence,
    anchoredOn: day(from),
    startsOn: day(from),
    pricing: "graduated",
    tiers: price.split(" | ").map((tier) => {
      const [amount = "", bound = "0"] = tier.split(" above ");
      return { from: bound, priceMinor: String(minor(amount, currency)) };
    }),
    per: 1,
    ...(minimum !== undefined && { minimumMinor: String(minor(minimum, currency)) }),
    ...more,
  };
}

/** Such as "2026-10-03: 500". */
export const readingsOf = ({ readings }: AgreedMeter): Reading[] =>
  readings.map((text) => {
    const [on = "", quantity = ""] = text.split(": ");
    return { on: day(on), quantity: quantityOf(quantity) };
  });
