import type { Schemas } from "@plumbline/client/client";
import { systemActors } from "@plumbline/domain/access/roles";
import { add, type Money } from "@plumbline/domain/money/money";
import { parseDecimal, toDecimal } from "@plumbline/domain/money/decimal";
import type { Currency } from "@plumbline/domain/money/currency";
import { words } from "./words/words.ts";

type Amount = Schemas["Money"];

const { locale } = words;

/** Amounts are decimal text and stay exact: the formatter takes text as it is. */
export const moneyText = ({ amount, currency }: Amount): string =>
  new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
    amount as Intl.StringNumericLiteral,
  );

/** What an adjustment changes: a discount has a minus. */
export const adjustmentText = ({ kind, amount }: NonNullable<Schemas["Invoice"]["adjustments"]>[number]): string =>
  moneyText(kind === "allowance" ? { ...amount, amount: `-${amount.amount}` } : amount);

/** Totals by currency, in the order of their codes. They are never added across. */
export function sumByCurrency(amounts: readonly Amount[]): Amount[] {
  const totals = new Map<string, Money>();
  for (const { amount, currency } of amounts) {
    const money = parseDecimal(amount, currency as Currency);
    if (money === undefined) continue;
    const before = totals.get(currency);
    totals.set(currency, before === undefined ? money : add(before, money));
  }
  return [...totals.values()]
    .toSorted((one, other) => one.currency.localeCompare(other.currency))
    .map((money) => ({ amount: toDecimal(money), currency: money.currency }));
}

const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
const dateOfMonth = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const dayMs = 86_400_000;

/** A calendar date has no zone, so it is shown as it is written. */
export const dateText = (localDate: string): string => date.format(new Date(localDate));

export const momentText = (instant: string): string => moment.format(new Date(instant));

/** A half-open span of days: a whole month by its name, others by their first and last day. */
export function periodText({ start, end }: { readonly start: string; readonly end: string }): string {
  const [first, after] = [new Date(start), new Date(end)];
  const nextMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 1));
  const isMonth = first.getUTCDate() === 1 && nextMonth.getTime() === after.getTime();
  return isMonth ? dateOfMonth.format(first) : date.formatRange(first, new Date(after.getTime() - dayMs));
}

const unitText = (value: number, unit: "minute" | "hour" | "day", display: "narrow" | "long"): string =>
  new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: display, maximumFractionDigits: 0 }).format(value);

/** How long a span is, in its largest unit: `5h`, or `5 hours` for those who listen. */
export function spanText(ms: number, display: "narrow" | "long" = "narrow"): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 60) return unitText(minutes, "minute", display);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? unitText(hours, "hour", display) : unitText(Math.floor(hours / 24), "day", display);
}

export const hoursText = (minutes: number): string =>
  new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(minutes / 60);

export const countText = (count: number): string => new Intl.NumberFormat(locale).format(count);

/** `1900` basis points are 19 %. */
export const rateText = (basisPoints: number): string =>
  new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(basisPoints / 10_000);

/**
 * `po-required` as people say it. A firm's own rules begin with its slug, which says nothing to its people; what they are
 * called is the firm's choice, so this knows no list of them.
 */
export function codeText(code: string, slug: string = slugHere()): string {
  const own = code.startsWith(`${slug}-`) ? code.slice(slug.length + 1) : code;
  const text = own.replaceAll(/[-_.]/g, " ").replaceAll(/\b(po|vat|sla|id)\b/g, (word) => word.toUpperCase());
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The firm whose address this is; a slug holds letters, digits and dashes alone. */
const slugHere = (): string => (typeof location === "undefined" ? "" : (location.hostname.split(".")[0] ?? ""));

/** A person by name; what the service did itself is not named after a program. */
export const personText = (name: string): string => (Object.hasOwn(systemActors, name) ? words.theService : name);

const decimals = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });

/** How much, in the unit that people count it in: hours for work, pieces and the like as they are. */
export const quantityText = ({ quantity, unit }: Pick<Schemas["InvoiceLine"], "quantity" | "unit">): string =>
  unit === "minute"
    ? words.hours(hoursText(Number(quantity)))
    : words.units[unit](decimals.format(quantity as Intl.StringNumericLiteral));
