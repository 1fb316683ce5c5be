import { amountText } from "@plumbline/domain/money/decimal";
import { disbursementTax } from "@plumbline/domain/tax/disbursement-tax";
import type { Disbursement } from "@plumbline/domain/worklog/work-piece";
import type { Priced } from "./charge.ts";
import { chargeCost } from "./charge-piece.ts";
import { costWords } from "./cost-words.ts";
import { earlierCostWords } from "./earlier-billed.ts";
import { currencyIssue, type PieceTerms } from "./piece-terms.ts";

/**
 * Passes on what was paid in the client's name: exactly that, with its tax and without any of ours, no markup and no
 * conversion. The law asks for proof of the amount, so without a receipt it has no price, whatever was agreed.
 */
export function chargeDisbursement(work: Disbursement, terms: PieceTerms): Priced {
  if (work.status !== "approved") {
    return { issue: { code: "expense-not-approved", message: "This disbursement has not been approved." } };
  }
  if (work.receipt === undefined) {
    const message = "What is passed on as paid must be proven to the cent, and no receipt is on file.";
    return { issue: { code: "disbursement-receipt-missing", message } };
  }
  const issue = currencyIssue(work, terms);
  if (issue !== undefined) return { issue };
  const words = costWords(terms.language);
  const because = [
    words.paidAsAgent(amountText(work.paidMinor, work.currency), work),
    words.receipt(work.receipt),
    ...(work.earlier === undefined ? [] : [earlierCostWords(work.earlier, work, terms.language)]),
  ].join("; ");
  const tax = disbursementTax(terms.sellerCountry, work.on, terms.language);
  const priceMinor = work.amountMinor - (work.earlier?.takenMinor ?? 0n);
  return { charge: chargeCost(work, { description: words.name(work), because, priceMinor, tax }) };
}
