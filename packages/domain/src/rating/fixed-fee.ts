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
  const billedBefore = terms.agreed.fee?.billedBeforeMinor;
  const before = billedBefore === undefined ? "" : words.before(amountText(BigInt(billedBefore), work.currency));
  const because = words.reason(work, fee, share) + amended + before;
  return { charge: chargePiece(work, { description: words.name(work), because }) };
}

type Words = {
  readonly name: (work: FeeInstalment) => string;
  readonly reason: (work: FeeInstalment, fee: string, share: string | undefined) => string;
  /** What a former system billed of it. */
  readonly before: (amount: string) => string;
};

const english: Words = {
  name: ({ number, of }) => (of === 1 ? "Fixed fee" : `Fixed fee, instalment ${number} of ${of}`),
  reason: ({ on }, fee, share) =>
    `${share === undefined ? "Agreed part" : share} of the fixed fee of ${fee}, due on ${on} under the engagement's terms`,
  before: (amount) => `; ${amount} of it were billed before by another system`,
};

const german: Words = {
  name: ({ number, of }) => (of === 1 ? "Festpreis" : `Festpreis, Rate ${number} von ${of}`),
  reason: ({ on }, fee, share) =>
    `${share === undefined ? "Vereinbarter Teil" : share} des Festpreises von ${fee}, fällig am ${on} nach den Bedingungen des Auftrags`,
  before: (amount) => `; ${amount} davon wurden vorher anderswo abgerechnet`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
