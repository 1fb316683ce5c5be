import type { ChangeOrderSum } from "@plumbline/domain/worklog/work-piece";
import type { Priced } from "./charge.ts";
import { chargePiece } from "./charge-piece.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";

/** Charges the sum of a signed change order once, from the day on which it takes effect. */
export function chargeChangeOrder(work: ChangeOrderSum, terms: PieceTerms): Priced {
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const words = terms.language.startsWith("de") ? german : english;
  return { charge: chargePiece(work, { description: work.description, because: words(work) }) };
}

/** Enough of the hash to tell documents apart by eye; all of it is kept with the evidence. */
const hashDigitsShown = 12;

const proof = ({ evidence: { document, sha256 } }: ChangeOrderSum) =>
  `${document} (SHA-256 ${sha256.slice(0, hashDigitsShown)}…)`;

const english = (work: ChangeOrderSum): string =>
  `Agreed by change order ${work.number}, signed on ${work.signedOn} and in force from ${work.on}, proven by ${proof(work)}`;

const german = (work: ChangeOrderSum): string =>
  `Vereinbart mit Nachtrag ${work.number}, unterschrieben am ${work.signedOn} und gültig ab ${work.on}, belegt durch ${proof(work)}`;
