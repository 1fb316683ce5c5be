import { addDays } from "@plumbline/domain/calendar/local-date";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Shortfall } from "@plumbline/domain/worklog/work-piece";
import type { Priced } from "./charge.ts";
import { chargePiece } from "./charge-piece.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";

/** What lacks to a minimum; nothing once it is reached. */
export const shortfallOf = (minimumMinor: bigint, billedMinor: bigint): bigint =>
  minimumMinor > billedMinor ? minimumMinor - billedMinor : 0n;

/** Charges what a period lacks to its committed minimum, as the run that counted found it. No discount is taken off it. */
export function chargeShortfall(work: Shortfall, terms: PieceTerms): Priced {
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const words = wordsOf[terms.language.slice(0, 2)] ?? english;
  const charge = chargePiece(work, {
    description: words.name(work.period.start, addDays(work.period.end, -1)),
    because: becauseOf(work, words),
  });
  return { charge: { ...charge, nature: "shortfall", ...(work.countsTowardsCap !== true && { uncapped: true }) } };
}

/** More would fill the page; the sum is of all. */
const invoicesNamed = 8;

function becauseOf(work: Shortfall, words: Words): string {
  const text = (minor: bigint | string) => amountText(BigInt(minor), work.currency);
  const { prorated, counted, minimumMinor, billedMinor, amountMinor } = work;
  const least =
    prorated === undefined
      ? text(minimumMinor)
      : words.share(text(minimumMinor), { ...prorated, whole: text(prorated.amountMinor) });
  const named = counted
    .slice(0, invoicesNamed)
    .map(({ number, minor }) => `${number ?? words.drafted} (${text(minor)})`);
  const more = counted.length - named.length;
  const on = more > 0 ? [...named, words.more(more)] : named;
  return words.reason({
    least,
    billed: on.length === 0 ? words.nothing : words.billed(text(billedMinor), on.join(", ")),
    missing: text(amountMinor),
    what: work.includesExpenses === true ? words.feesAndExpenses : words.fees,
  });
}

type Words = {
  readonly name: (first: string, last: string) => string;
  readonly share: (least: string, of: { readonly days: number; readonly of: number; readonly whole: string }) => string;
  readonly drafted: string;
  readonly more: (invoices: number) => string;
  readonly nothing: string;
  readonly billed: (amount: string, invoices: string) => string;
  readonly fees: string;
  readonly feesAndExpenses: string;
  readonly reason: (said: Readonly<Record<"least" | "billed" | "missing" | "what", string>>) => string;
};

const english: Words = {
  name: (first, last) => `Shortfall of the committed minimum, ${first} to ${last}`,
  share: (least, { days, of, whole }) => `${least} for ${days} of ${of} days of ${whole}`,
  drafted: "the final bill",
  more: (invoices) => `and ${invoices} more`,
  nothing: "nothing is billed",
  billed: (amount, invoices) => `${amount} are billed on ${invoices}`,
  fees: "fees",
  feesAndExpenses: "fees and expenses",
  reason: ({ least, billed, missing, what }) =>
    `Committed minimum of ${least}; of ${what} of those days ${billed}; ${missing} lack`,
};

const german: Words = {
  name: (first, last) => `Fehlbetrag zur vereinbarten Mindestabnahme, ${first} bis ${last}`,
  share: (least, { days, of, whole }) => `${least} für ${days} von ${of} Tagen von ${whole}`,
  drafted: "der Schlussrechnung",
  more: (invoices) => `und ${invoices} weiteren`,
  nothing: "nichts abgerechnet",
  billed: (amount, invoices) => `${amount} abgerechnet mit ${invoices}`,
  fees: "Honoraren",
  feesAndExpenses: "Honoraren und Auslagen",
  reason: ({ least, billed, missing, what }) =>
    `Vereinbarte Mindestabnahme von ${least}; an ${what} dieser Tage ${billed}; es fehlen ${missing}`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
