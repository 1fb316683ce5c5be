import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { amendedWords } from "@plumbline/domain/engagement/change-order-ref";
import type { Increment } from "@plumbline/domain/engagement/terms";
import { amountText } from "@plumbline/domain/money/decimal";
import { exchangeWords } from "./exchange-words.ts";
import type { RateChoice } from "./rate-book.ts";

/** What a line's price and quantity come from. */
export type LineReason = {
  readonly choice: RateChoice;
  readonly entries: number;
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
  readonly workedMinutes: number;
  readonly billedMinutes: number;
  readonly increment: Increment;
  /** What made the hour cost something else than the rate, in words. */
  readonly conditions: readonly string[];
};

type Words = {
  readonly price: (amount: string, level: string, since: LocalDate) => string;
  readonly levels: Readonly<Record<RateChoice["level"]["name"], (card: string) => string>>;
  readonly work: (entries: number, firstOn: LocalDate, lastOn: LocalDate) => string;
  readonly rounding: (minutes: Pick<LineReason, "workedMinutes" | "billedMinutes">, increment: Increment) => string;
};

/**
 * The calculation in words, in the client's language: which price, found where, over which work. Stored with the line,
 * because it must say the same in ten years.
 *
 * @param language BCP 47; English for languages without words of their own
 */
export function lineReason(reason: LineReason, language: string): string {
  const words = wordsOf[language.slice(0, 2)] ?? english;
  const { rate, level } = reason.choice;
  const { convertedFrom: card } = rate;
  const amount = amountText(rate.priceMinor, rate.currency);
  const agreed = card === undefined ? amount : amountText(card.priceMinor, card.currency);
  const price =
    words.price(agreed, words.levels[level.name](rate.cardName), rate.from) + amendedWords(rate.amendedBy, language);
  const converted = card === undefined ? [] : [`${amount} ${exchangeWords(language, card.by)}`];
  const work = words.work(reason.entries, reason.firstOn, reason.lastOn);
  const rounded = reason.billedMinutes !== reason.workedMinutes;
  const rounding = rounded ? [words.rounding(reason, reason.increment)] : [];
  return [price, ...converted, ...reason.conditions, work, ...rounding].join("; ");
}

const english: Words = {
  price: (amount, level, since) => `${amount} per hour from ${level}, in force since ${since}`,
  levels: {
    person_task: () => "this person's rate for this task on the project",
    project_role: () => "the project's rate for the role",
    project_blend: () => "the project's blended rate for all roles",
    engagement_blend: () => "the engagement's blended rate for all roles",
    client_role: () => "the client's rate for the role",
    engagement_card: (card) => `the engagement's rate card “${card}”`,
    default_card: (card) => `the firm's default rate card “${card}”`,
  },
  work: (entries, firstOn, lastOn) =>
    `${entries} ${entries === 1 ? "entry" : "entries"} ${firstOn === lastOn ? `on ${firstOn}` : `from ${firstOn} to ${lastOn}`}`,
  rounding: ({ workedMinutes: worked, billedMinutes: billed }, { minutes, per }) =>
    billed < worked
      ? `${worked} min worked, ${worked - billed} of them billed before, when the day was rounded up`
      : `${worked} min worked, rounded up by ${minutes} min per ${per}`,
};

const german: Words = {
  price: (amount, level, since) => `${amount} je Stunde nach ${level}, gültig seit ${since}`,
  levels: {
    person_task: () => "dem Satz dieser Person für diese Aufgabe im Projekt",
    project_role: () => "dem Satz des Projekts für die Rolle",
    project_blend: () => "dem Mischsatz des Projekts für alle Rollen",
    engagement_blend: () => "dem Mischsatz des Auftrags für alle Rollen",
    client_role: () => "dem Satz des Kunden für die Rolle",
    engagement_card: (card) => `der Preisliste „${card}“ des Auftrags`,
    default_card: (card) => `der allgemeinen Preisliste „${card}“`,
  },
  work: (entries, firstOn, lastOn) =>
    `${entries} ${entries === 1 ? "Eintrag" : "Einträge"} ${firstOn === lastOn ? `vom ${firstOn}` : `vom ${firstOn} bis ${lastOn}`}`,
  rounding: ({ workedMinutes: worked, billedMinutes: billed }, { minutes, per }) =>
    billed < worked
      ? `${worked} min gearbeitet, davon ${worked - billed} mit dem aufgerundeten Tag schon berechnet`
      : `${worked} min gearbeitet, aufgerundet auf ${minutes} min je ${per === "entry" ? "Eintrag" : "Tag"}`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
