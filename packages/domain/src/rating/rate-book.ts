import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { RateId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { QuotedRate } from "@plumbline/domain/money/exchange";
import { type RateLevel, rateLevels, type RateSelector } from "./rate-level.ts";

/** A price of an hour, in minor units of its card's currency, for work dates in `[from, until)`. */
export type Rate = RateSelector & {
  readonly id: RateId;
  readonly cardId: string;
  readonly cardName: string;
  readonly currency: Currency;
  readonly priceMinor: bigint;
  readonly from: LocalDate;
  readonly until?: LocalDate | undefined;
  /** What its card says, when that is in another currency than the invoice. */
  readonly convertedFrom?: ConvertedFrom;
  /** The change order that brought it. */
  readonly amendedBy?: ChangeOrderRef;
};

export type ConvertedFrom = { readonly priceMinor: bigint; readonly currency: Currency; readonly by: QuotedRate };

/** The work whose price is asked for. */
export type PricedWork = {
  readonly engagementId: string;
  readonly clientId: string;
  readonly projectId: string;
  readonly workerId: string;
  readonly role: string;
  readonly task: string;
  readonly cardId: string | undefined;
  readonly currency: Currency;
};

export type RateChoice = { readonly rate: Rate; readonly level: RateLevel };

/** All rates known at one instant, indexed once so that a choice costs a few look-ups. */
export type RateBook = {
  /** Rates by level and selector, newest first. */
  readonly byKey: ReadonlyMap<string, readonly Rate[]>;
  readonly defaultCardOf: ReadonlyMap<Currency, string>;
};

export function openRateBook(rates: readonly Rate[], defaultCardOf: ReadonlyMap<Currency, string>): RateBook {
  const byKey = new Map<string, Rate[]>();
  for (const rate of rates) {
    for (const [index, level] of rateLevels.entries()) {
      if (!isAtLevel(rate, level)) continue;
      const key = keyAt(index, level, rate, level.card === "any" ? "" : rate.cardId);
      const known = byKey.get(key);
      if (known) known.push(rate);
      else byKey.set(key, [rate]);
    }
  }
  for (const known of byKey.values()) known.sort((left, right) => (left.from < right.from ? 1 : -1));
  return { byKey, defaultCardOf };
}

/**
 * The rates that could price this work, most specific level first, whatever the date. The same for all entries of one
 * worker, role and task on a project, so the caller keeps it.
 */
export function candidatesFor(
  book: RateBook,
  work: PricedWork,
): readonly { level: RateLevel; rates: readonly Rate[] }[] {
  return rateLevels.flatMap((level, index) => {
    const card =
      level.card === "any" ? "" : level.card === "engagement" ? work.cardId : book.defaultCardOf.get(work.currency);
    const rates = card === undefined ? undefined : book.byKey.get(keyAt(index, level, work, card));
    return rates === undefined ? [] : [{ level, rates }];
  });
}

/** The rate on a work date: the first level that has one in force then. A later start supersedes an open-ended earlier one. */
export function chooseRate(candidates: ReturnType<typeof candidatesFor>, on: LocalDate): RateChoice | undefined {
  for (const { level, rates } of candidates) {
    const rate = rates.find(({ from, until }) => from <= on && (until === undefined || on < until));
    if (rate !== undefined) return { rate, level };
  }
  return undefined;
}

const isAtLevel = (rate: Rate, level: RateLevel): boolean =>
  selectorNames.every((name) => (rate[name] !== undefined) === (level.matches as readonly string[]).includes(name));

const selectorNames = [
  "engagementId",
  "clientId",
  "projectId",
  "workerId",
  "role",
  "task",
] as const satisfies readonly (keyof RateSelector)[];

const keyAt = (index: number, level: RateLevel, selector: RateSelector, card: string): string =>
  `${index}|${card}|${level.matches.map((name) => selector[name]).join("|")}`;
