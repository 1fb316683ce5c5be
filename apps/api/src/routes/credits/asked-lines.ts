import type { z } from "zod";
import type { creditedPart } from "@plumbline/contract/credit-note";
import type { Treatment } from "@plumbline/domain/credit/correction";
import type { CreditAsk } from "@plumbline/domain/credit/credit-lines";

/** What of which lines is credited, as operations take it. */
export const askedLines = (
  lines: readonly (z.output<typeof creditedPart> & { readonly treatment: Treatment })[],
): CreditAsk[] =>
  lines.map(({ line: position, treatment, take }) => ({ position, treatment, ...(take === "rest" ? {} : take) }));
