import { amountText } from "@plumbline/domain/money/decimal";
import type { Currency } from "@plumbline/domain/money/currency";
import { divide } from "@plumbline/domain/money/money";
import { percentText } from "@plumbline/domain/tax/rates";
import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import { depositWords } from "./deposit-words.ts";

/** A sum before tax, in minor units as text, or a share of the fixed fee: 3000 is 30 %. It is kept, so it is JSON. */
export type DepositAsk = { readonly amountMinor: string } | { readonly basisPoints: number };

export type AskedDeposit = { readonly amountMinor: bigint; readonly because: string };

/** What is wrong with what was asked for: the member that is wrong, and a sentence. */
export type DepositIssue = { readonly member: "amount" | "basisPoints"; readonly reason: string };

/** Works out what a deposit asks for. A share needs a fixed fee, and is rounded half up. */
export function askDeposit(
  ask: DepositAsk,
  agreed: {
    readonly terms: Pick<EngagementTerms, "fee" | "cap">;
    readonly currency: Currency;
    readonly language: string;
  },
): AskedDeposit | DepositIssue {
  const { currency, terms } = agreed;
  const words = depositWords(agreed.language);
  if ("amountMinor" in ask) return { amountMinor: BigInt(ask.amountMinor), because: words.asked };
  if (terms.fee === undefined)
    return { member: "basisPoints", reason: "No fixed fee was agreed that it could be a share of: ask for an amount." };
  const feeMinor = BigInt(terms.fee.amountMinor);
  return {
    amountMinor: divide(feeMinor * BigInt(ask.basisPoints), 10_000n, "half-up"),
    because: words.shareOf(percentText(ask.basisPoints), amountText(feeMinor, currency)),
  };
}

/**
 * What contradicts the agreement, once all deposits of the engagement are counted.
 *
 * @param askedBefore net of its deposits that were neither given up nor credited
 */
export function depositIssue(
  { amountMinor }: AskedDeposit,
  agreed: {
    readonly member: DepositIssue["member"];
    readonly terms: Pick<EngagementTerms, "fee" | "cap">;
    readonly askedBefore: bigint;
    readonly currency: Currency;
  },
): DepositIssue | undefined {
  const { member, terms, askedBefore, currency } = agreed;
  if (amountMinor <= 0n) return { member, reason: "A deposit asks for more than nothing." };
  const most = terms.fee?.amountMinor ?? terms.cap?.amountMinor;
  if (most === undefined || askedBefore + amountMinor <= BigInt(most)) return undefined;
  const limit = `the agreed ${terms.fee === undefined ? "cap" : "fee"} of ${amountText(BigInt(most), currency)}`;
  const all = amountText(askedBefore + amountMinor, currency);
  return {
    member,
    reason: `All deposits of the engagement would come to ${all}, which is above ${limit}.`,
  };
}
