import { addDays } from "@plumbline/domain/calendar/local-date";
import { withholdingOn, type WithholdingTerms } from "@plumbline/domain/engagement/withholding";
import { divide } from "@plumbline/domain/money/money";
import type { DraftLine } from "./draft-line.ts";
import { type BookEngagement, heldOn, type RunBook } from "./run-book.ts";

/** What a client is expected to keep of one invoice. It is part of no tax total: the invoice asks for all of it. */
export type Withholding = Pick<WithholdingTerms, "basisPoints" | "of" | "reference"> & { readonly amountMinor: bigint };

/** What holds for an engagement at the tax point of the period. */
export function withheldUnder({ period }: RunBook, { terms, taxPoint }: BookEngagement): WithholdingTerms | undefined {
  const lastDay = addDays(period.end, -1);
  return withholdingOn(heldOn(terms, lastDay)?.terms.withholding, taxPoint?.on ?? lastDay);
}

/** Rounded half up. Money that was passed on as paid is the client's own, and nothing is kept of it. */
export function withheldOf(
  terms: WithholdingTerms | undefined,
  sums: { readonly netMinor: bigint; readonly totalMinor: bigint; readonly lines: readonly DraftLine[] },
): { readonly withholding?: Withholding } {
  if (terms === undefined) return {};
  const { basisPoints, of, reference } = terms;
  const passedOn = sums.lines
    .filter(({ nature }) => nature === "disbursement")
    .reduce((sum, { netMinor }) => sum + netMinor, 0n);
  const baseMinor = (of === "net" ? sums.netMinor : sums.totalMinor) - passedOn;
  const amountMinor = divide(baseMinor * BigInt(basisPoints), 10_000n, "half-up");
  return amountMinor > 0n ? { withholding: { basisPoints, of, reference, amountMinor } } : {};
}
