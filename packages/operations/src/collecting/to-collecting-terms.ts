import type { z } from "zod";
import type { collectingTermsInput } from "@plumbline/contract/collecting";
import type { Money } from "@plumbline/domain/money/money";
import type { CollectingTerms } from "@plumbline/domain/receivable/collecting-terms";
import type { InterestTerms } from "@plumbline/domain/receivable/late-interest";
import { refusedTerms } from "./agree-collecting-terms.ts";

type Said = Pick<z.output<typeof collectingTermsInput>, "currency" | "dunning" | "interest">;

/** Terms as they are kept, from terms as they were said. @throws Problem `collecting-terms-refused` for other currencies */
export function toCollectingTerms({ currency, dunning, interest }: Said): CollectingTerms {
  const minorOf = (amount: Money, at: string): string => {
    if (amount.currency === currency) return amount.minor.toString();
    throw refusedTerms([{ at, message: `is in ${amount.currency}, and the terms are about ${currency}` }]);
  };
  return {
    ...(dunning !== undefined && {
      dunning: {
        levels: dunning.levels.map(({ fee, ...level }, index) => ({
          ...level,
          ...(fee !== undefined && { feeMinor: minorOf(fee, `dunning.levels.${index}.fee`) }),
        })),
        ...(dunning.minimum !== undefined && { minimumMinor: minorOf(dunning.minimum, "dunning.minimum") }),
      },
    }),
    ...(interest !== undefined && { interest: toInterest(interest, minorOf) }),
  };
}

function toInterest(
  { rate, compensation, ...rest }: NonNullable<Said["interest"]>,
  minorOf: (amount: Money, at: string) => string,
): InterestTerms {
  return {
    ...rest,
    rate: "base" in rate ? toFloating(rate) : rate,
    ...(compensation !== undefined && { compensationMinor: minorOf(compensation, "interest.compensation") }),
  };
}

const toFloating = ({
  baseFloorBasisPoints: floor,
  ...rate
}: Extract<NonNullable<Said["interest"]>["rate"], { base: string }>): InterestTerms["rate"] => ({
  ...rate,
  ...(floor !== undefined && { baseFloorBasisPoints: floor }),
});
