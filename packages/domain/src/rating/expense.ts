import { amountText } from "@plumbline/domain/money/decimal";
import { quotedFraction, type QuotedRate } from "@plumbline/domain/money/exchange";
import { divide } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import type { Cost, Expense } from "@plumbline/domain/worklog/work-piece";
import type { Priced, PricingIssue } from "./charge.ts";
import { chargeCost } from "./charge-piece.ts";
import { costWords } from "./cost-words.ts";
import { earlierCostWords } from "./earlier-billed.ts";
import { exchangeWords } from "./exchange-words.ts";
import type { PieceTerms } from "./piece-terms.ts";

/**
 * Recharges what was spent for the client: net of the VAT that the firm recovers, in the engagement's currency at the
 * rate that was recorded or that held on its day, with the markup that was agreed. Converted, marked up and rounded once. It bears the tax of
 * the service it belongs to. Edited after it was billed, it comes to what it costs now less what was billed of it.
 */
export function chargeExpense(work: Expense, terms: PieceTerms): Priced {
  const { approved, allowed, convertible, receipt, receiptRequired } = costFacts(work, terms);
  if (!approved) return { issue: issues.notApproved };
  if (!allowed) return { issue: issues.notAllowed };
  if (receiptRequired && !receipt) return { issue: issues.receiptMissing };
  if (!convertible) return { issue: issues.rateMissing };
  const markup = markupOf(terms);
  const priceMinor = expensePrice(work, terms) - expensePrice(work, terms, work.earlier?.takenMinor ?? 0n);
  if (priceMinor === 0n) return { issue: issues.tooSmall };
  const words = costWords(terms.language);
  const exchange = exchangeOf(work, terms);
  const parts = [
    words.paid(amountText(work.paidMinor, work.currency), work),
    ...(work.recoverableVatMinor > 0n ? [words.lessVat(amountText(work.recoverableVatMinor, work.currency))] : []),
    ...(exchange === undefined ? [] : [exchangeWords(terms.language, exchange)]),
    ...(markup > 0 ? [words.markup(percentText(markup))] : []),
    ...(work.receipt === undefined ? [] : [words.receipt(work.receipt)]),
    ...(work.earlier === undefined ? [] : [earlierCostWords(work.earlier, work, terms.language)]),
  ];
  return { charge: chargeCost(work, { description: words.name(work), because: parts.join("; "), priceMinor }) };
}

/** What a sum that was spent comes to on an invoice, by the exchange of the expense; all of it when no other is named. */
export function expensePrice(work: Expense, terms: PieceTerms, amountMinor = work.amountMinor): bigint {
  const { numerator, denominator } = fractionOf(work, terms);
  return divide(amountMinor * numerator * BigInt(10_000 + markupOf(terms)), denominator * 10_000n, "half-up");
}

const markupOf = ({ agreed }: PieceTerms): number => agreed.expenses?.markupBasisPoints ?? 0;

/** What rules and prices ask of a cost, worked out in one place. */
export function costFacts(work: Cost, terms: PieceTerms) {
  const { categories, receiptAboveMinor } = terms.agreed.expenses ?? {};
  const convertible = work.currency === terms.currency || work.exchange !== undefined;
  return {
    approved: work.status === "approved",
    allowed: categories === undefined || categories.includes(work.category),
    convertible,
    receipt: work.receipt !== undefined,
    // What cannot be compared with the limit is taken to be above it.
    receiptRequired: !convertible || paidHere(work, terms) > BigInt(receiptAboveMinor ?? 0),
  };
}

const paidHere = (work: Cost, terms: PieceTerms): bigint => {
  const { numerator, denominator } = fractionOf(work, terms);
  return divide(work.paidMinor * numerator, denominator, "half-up");
};

function fractionOf(work: Cost, terms: PieceTerms) {
  const exchange = exchangeOf(work, terms);
  return exchange === undefined ? { numerator: 1n, denominator: 1n } : quotedFraction(exchange, terms.currency);
}

/** What was recorded with it is for one unit paid; what was looked up says what it is for. */
const exchangeOf = ({ exchange, currency }: Cost, terms: PieceTerms): QuotedRate | undefined =>
  exchange === undefined || currency === terms.currency
    ? undefined
    : { base: currency, quote: terms.currency, ...exchange };

const issues = {
  notApproved: { code: "expense-not-approved", message: "This expense has not been approved." },
  notAllowed: {
    code: "expense-category-not-allowed",
    message: "The engagement's terms do not let the client be charged for expenses of this category.",
  },
  receiptMissing: { code: "expense-receipt-missing", message: "This expense needs a receipt, and none is on file." },
  rateMissing: {
    code: "exchange-rate-missing",
    message:
      "This was paid in another currency than the engagement's, and no exchange rate was recorded with it or is known for its day.",
  },
  tooSmall: { code: "expense-too-small", message: "In the engagement's currency this comes to nothing." },
} as const satisfies Record<string, PricingIssue>;
