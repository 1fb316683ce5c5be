import { amendedWords } from "@plumbline/domain/engagement/change-order-ref";
import { amountText } from "@plumbline/domain/money/decimal";
import { divide } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import type { Milestone, Proof } from "@plumbline/domain/worklog/work-piece";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Priced } from "./charge.ts";
import { chargePiece } from "./charge-piece.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";

/**
 * Charges a milestone at the amount that was agreed, once the client accepted it and a document proves that. What the
 * client holds back is part of the net and taxed with it: it is due later, not less.
 */
export function chargeMilestone(work: Milestone, terms: PieceTerms): Priced {
  const { acceptedOn, evidence } = work;
  if (acceptedOn === undefined) {
    return { issue: { code: "milestone-not-accepted", message: "The client has not accepted this milestone." } };
  }
  if (evidence === undefined) {
    return {
      issue: { code: "milestone-evidence-missing", message: "Nothing proves that this milestone was accepted." },
    };
  }
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const { holdbackBasisPoints = 0 } = terms.agreed;
  const retainedMinor = divide(work.amountMinor * BigInt(holdbackBasisPoints), 10_000n, "half-up");
  const words = wordsOf[terms.language.slice(0, 2)] ?? english;
  const amount = (minor: bigint) => amountText(minor, work.currency);
  const because = [
    words.reason(amount(work.amountMinor) + amendedWords(work.amendedBy, terms.language), {
      on: acceptedOn,
      by: work.acceptedBy,
      evidence,
    }),
    ...(retainedMinor > 0n ? [words.retained(amount(retainedMinor), percentText(holdbackBasisPoints))] : []),
  ].join("; ");
  return { charge: chargePiece(work, { description: words.name(work.name), because, retainedMinor }) };
}

type Acceptance = { readonly on: LocalDate; readonly by: string | undefined; readonly evidence: Proof };

type Words = {
  readonly name: (milestone: string) => string;
  readonly reason: (amount: string, acceptance: Acceptance) => string;
  readonly retained: (amount: string, share: string) => string;
};

/** Enough of the hash to tell documents apart by eye; all of it is kept with the evidence. */
const hashDigitsShown = 12;

const english: Words = {
  name: (milestone) => `Milestone: ${milestone}`,
  reason: (amount, { on, by, evidence }) =>
    `Agreed at ${amount}; accepted on ${on}${by === undefined ? "" : ` by ${by}`}, proven by ${evidence.document} (SHA-256 ${evidence.sha256.slice(0, hashDigitsShown)}…)`,
  retained: (amount, share) => `${amount} of it (${share}) may be held back until release`,
};

const german: Words = {
  name: (milestone) => `Meilenstein: ${milestone}`,
  reason: (amount, { on, by, evidence }) =>
    `Vereinbart mit ${amount}; abgenommen am ${on}${by === undefined ? "" : ` von ${by}`}, belegt durch ${evidence.document} (SHA-256 ${evidence.sha256.slice(0, hashDigitsShown)}…)`,
  retained: (amount, share) => `davon ${amount} (${share}) Einbehalt bis zur Freigabe`,
};

const wordsOf: Readonly<Record<string, Words>> = { en: english, de: german };
