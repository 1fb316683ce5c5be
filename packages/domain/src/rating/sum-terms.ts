import type { Currency } from "@plumbline/domain/money/currency";
import type { WorkPiece } from "@plumbline/domain/worklog/lump-sum";
import type { PricingIssue } from "./charge.ts";

/** What the price of an agreed sum depends on besides the sum. */
export type SumTerms = {
  readonly currency: Currency;
  /** BCP 47, for the words on the line. */
  readonly language: string;
  readonly holdbackBasisPoints: number | undefined;
};

/** A sum in another currency than the engagement's is nobody's price. */
export const sumIssue = (work: WorkPiece, { currency }: SumTerms): PricingIssue | undefined =>
  work.currency === currency
    ? undefined
    : {
        code: "currency-differs",
        message: `This was agreed in ${work.currency}, but the engagement is billed in ${currency} now; correct one of them.`,
      };
