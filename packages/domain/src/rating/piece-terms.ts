import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import type { WorkPiece } from "@plumbline/domain/worklog/work-piece";
import type { PricingIssue } from "./charge.ts";

/** What the price of a piece of work depends on besides the piece. */
export type PieceTerms = {
  /** What was agreed, as it holds on the day of the piece. */
  readonly agreed: EngagementTerms;
  readonly currency: Currency;
  /** BCP 47, for the words on the line. */
  readonly language: string;
  /** ISO 3166 of the legal entity that bills. */
  readonly sellerCountry: string;
};

/** A sum in another currency than the engagement's is nobody's price. */
export const currencyIssue = (work: WorkPiece, { currency }: PieceTerms): PricingIssue | undefined =>
  work.currency === currency
    ? undefined
    : {
        code: "currency-differs",
        message: `This is in ${work.currency}, but the engagement is billed in ${currency}; correct one of them.`,
      };
