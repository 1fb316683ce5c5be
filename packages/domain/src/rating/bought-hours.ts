import { addDays } from "@plumbline/domain/calendar/local-date";
import { amountText } from "@plumbline/domain/money/decimal";
import type { BoughtHours } from "@plumbline/domain/worklog/work-piece";
import type { Priced } from "./charge.ts";
import { chargePiece } from "./charge-piece.ts";
import { hoursText } from "./hours-text.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";

/** Charges the hours of a period as they were bought, whether they are used or not. */
export function chargeBoughtHours(work: BoughtHours, terms: PieceTerms): Priced {
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const words = wordsOf[terms.language.slice(0, 2)] ?? english;
  const { startsOn, endsOn } = work;
  const span = endsOn === undefined ? words.from(startsOn) : words.between(startsOn, addDays(endsOn, -1));
  const hours = hoursText(work.bucketMinutes);
  return {
    charge: chargePiece(work, {
      description: words.name(hours, span),
      because: words.reason(hours, amountText(work.amountMinor, work.currency), span),
    }),
  };
}

type Words = {
  readonly from: (day: string) => string;
  readonly between: (first: string, last: string) => string;
  readonly name: (hours: string, span: string) => string;
  readonly reason: (hours: string, amount: string, span: string) => string;
};

const english: Words = {
  from: (day) => `from ${day}`,
  between: (first, last) => `${first} to ${last}`,
  name: (hours, span) => `Hour bucket of ${hours}, ${span}`,
  reason: (hours, amount, span) => `${hours} for ${amount}, ${span}, due on the first day under the engagement's terms`,
};

const german: Words = {
  from: (day) => `ab ${day}`,
  between: (first, last) => `${first} bis ${last}`,
  name: (hours, span) => `Stundenkontingent von ${hours}, ${span}`,
  reason: (hours, amount, span) =>
    `${hours} für ${amount}, ${span}, fällig am ersten Tag nach den Bedingungen des Auftrags`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
