import { amendedWords } from "@plumbline/domain/engagement/change-order-ref";
import { amountText } from "@plumbline/domain/money/decimal";
import { percentText } from "@plumbline/domain/tax/rates";
import type { FeeInstalment } from "@plumbline/domain/worklog/work-piece";
import type { Priced } from "./charge.ts";
import { chargePiece } from "./charge-piece.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";

/** Charges an instalment of a fixed fee as it was agreed: nothing is measured, so nothing can be missing but the currency. */
export function chargeInstalment(work: FeeInstalment, terms: PieceTerms): Priced {
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const words = wordsOf[terms.language.slice(0, 2)] ?? english;
  const fee = amountText(work.feeMinor, work.currency);
  const share = work.basisPoints === undefined ? undefined : percentText(work.basisPoints);
  const amended = amendedWords(terms.agreed.amendedBy?.fee, terms.language);
  return {
    charge: chargePiece(work, { description: words.name(work), because: words.reason(work, fee, share) + amended }),
  };
}

type Words = {
  readonly name: (work: FeeInstalment) => string;
  readonly reason: (work: FeeInstalment, fee: string, share: string | undefined) => string;
};

const english: Words = {
  name: ({ number, of }) => (of === 1 ? "Fixed fee" : `Fixed fee, instalment ${number} of ${of}`),
  reason: ({ on }, fee, share) =>
    `${share === undefined ? "Agreed part" : share} of the fixed fee of ${fee}, due on ${on} under the engagement's terms`,
};

const german: Words = {
  name: ({ number, of }) => (of === 1 ? "Festpreis" : `Festpreis, Rate ${number} von ${of}`),
  reason: ({ on }, fee, share) =>
    `${share === undefined ? "Vereinbarter Teil" : share} des Festpreises von ${fee}, fällig am ${on} nach den Bedingungen des Auftrags`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
