import { addDays, daysBetween, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Recurrence } from "@plumbline/domain/engagement/recurrence";
import type { Subscription, SubscriptionPart } from "@plumbline/domain/engagement/subscription";
import { amountText } from "@plumbline/domain/money/decimal";
import { percentText } from "@plumbline/domain/tax/rates";
import type { SubscribedPeriod } from "@plumbline/domain/worklog/work-piece";
import type { Charge, Priced } from "./charge.ts";
import { chargePiece } from "./charge-piece.ts";
import { lineNet, type LinePrice } from "./line-net.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";

/** What a part of a subscription comes to; rounded half up once. */
export const subscriptionNet = ({ period, from, until, quantity, price }: SubscriptionPart): bigint =>
  lineNet(priceFor({ period, from, until, quantity, priceMinor: price.minor }));

/**
 * Charges a part of a subscription. A whole period is so many at their price; of a part of one, the days of each are
 * counted and the price buys as many as the period really has, be it 28 or 366.
 */
export function chargeSubscription(work: SubscribedPeriod, terms: PieceTerms): Priced {
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const words = wordsOf[terms.language.slice(0, 2)] ?? english;
  const { name, from, until, period, quantity, inAdvance } = work;
  const because = [
    words.price(quantity, amountText(work.priceMinor, work.currency), { every: work.every, inAdvance }),
    ...(isWhole(work) ? [] : [words.days(daysBetween(from, until), period)]),
    words.since(work.pricedSince, work.upliftBasisPoints),
  ].join("; ");
  const description = `${name}, ${words.from(from, addDays(until, -1))}`;
  const charge = {
    ...chargePiece(work, { description, because }),
    ...priceFor(work),
    unit: isWhole(work) ? work.unit : "day",
  } satisfies Charge;
  return { charge: inAdvance ? { ...charge, earned: { start: from, end: until } } : charge };
}

type Days = Pick<SubscriptionPart, "period" | "from" | "until">;

const isWhole = ({ period, from, until }: Days): boolean => from === period.start && until === period.end;

function priceFor(part: Days & { readonly quantity: number; readonly priceMinor: bigint }): LinePrice {
  const { period, from, until, quantity, priceMinor } = part;
  if (isWhole(part)) return { quantity: String(quantity), priceMinor, priceBase: 1 };
  const days = quantity * daysBetween(from, until);
  return { quantity: String(days), priceMinor, priceBase: daysBetween(period.start, period.end) };
}

/** Why time of the engagement is not charged on a day, or undefined. */
export const coveredBy = (covers: readonly Cover[], on: LocalDate): string | undefined => {
  const cover = covers.find(({ from, until }) => from <= on && (until === undefined || on < until));
  return cover && `the subscription ${cover.name} covers it`;
};

/** The days on which a subscription pays for the engagement's time. */
export type Cover = Pick<Subscription, "name"> & { readonly from: LocalDate; readonly until?: LocalDate | undefined };

type Words = {
  readonly from: (first: LocalDate, last: LocalDate) => string;
  readonly price: (
    quantity: number,
    amount: string,
    agreed: { readonly every: Recurrence; readonly inAdvance: boolean },
  ) => string;
  readonly days: (days: number, period: SubscriptionPart["period"]) => string;
  readonly since: (since: LocalDate, uplift: number | undefined) => string;
};

const english: Words = {
  from: (first, last) => `${first} to ${last}`,
  price: (quantity, amount, { every, inAdvance }) =>
    `${quantity} at ${amount} a ${every}, billed in ${inAdvance ? "advance" : "arrears"}`,
  days: (days, { start, end }) =>
    `for ${days} of the ${daysBetween(start, end)} days from ${start} to ${addDays(end, -1)}`,
  since: (since, uplift) =>
    uplift === undefined
      ? `price in force since ${since}`
      : `price since the renewal on ${since}, ${percentText(uplift)} above the one before`,
};

const germanEvery = { month: "Monat", quarter: "Quartal", year: "Jahr" } as const;

const german: Words = {
  from: (first, last) => `${first} bis ${last}`,
  price: (quantity, amount, { every, inAdvance }) =>
    `${quantity} zu ${amount} je ${germanEvery[every]}, ${inAdvance ? "im Voraus" : "nachträglich"} berechnet`,
  days: (days, { start, end }) =>
    `für ${days} der ${daysBetween(start, end)} Tage vom ${start} bis ${addDays(end, -1)}`,
  since: (since, uplift) =>
    uplift === undefined
      ? `Preis gültig seit ${since}`
      : `Preis seit der Verlängerung am ${since}, ${percentText(uplift)} über dem vorigen`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
