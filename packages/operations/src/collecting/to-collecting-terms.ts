import type { z } from "zod";
import type { collectingTermsInput } from "@plumbline/contract/collecting";
import type { Money } from "@plumbline/domain/money/money";
import type { CollectingTerms } from "@plumbline/domain/receivable/collecting-terms";
import { refusedTerms } from "./agree-collecting-terms.ts";

/** Terms as they are kept, from terms as they were said. @throws Problem `collecting-terms-refused` for other currencies */
export function toCollectingTerms({
  currency,
  dunning,
}: Pick<z.output<typeof collectingTermsInput>, "currency" | "dunning">): CollectingTerms {
  const minorOf = (amount: Money, at: string): string => {
    if (amount.currency === currency) return amount.minor.toString();
    throw refusedTerms([{ at, message: `is in ${amount.currency}, and the terms are about ${currency}` }]);
  };
  if (dunning === undefined) return {};
  return {
    dunning: {
      levels: dunning.levels.map(({ fee, ...level }, index) => ({
        ...level,
        ...(fee !== undefined && { feeMinor: minorOf(fee, `dunning.levels.${index}.fee`) }),
      })),
      ...(dunning.minimum !== undefined && { minimumMinor: minorOf(dunning.minimum, "dunning.minimum") }),
    },
  };
}
