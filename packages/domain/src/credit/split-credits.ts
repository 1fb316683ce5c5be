/** An issued credit note, and where the invoice it corrects stands. All in minor units of one currency. */
export type IssuedCredit = {
  readonly corrects: string;
  /** What was credited, and what of it was retained: both as positive amounts. */
  readonly total: bigint;
  readonly retained: bigint;
  /** Of the invoice: what is still to be paid now, and what the client keeps until release. */
  readonly open: bigint;
  readonly kept: bigint;
};

/** What the invoice takes of the credit; the rest is the client's credit balance. */
export type CreditSplit = { readonly ofRetention: bigint; readonly applied: bigint };

/**
 * Lets invoices take what was credited on them: retained money from what is retained, the rest from what is open. Credits of
 * one invoice take one after another, in the order given, and never more than there is.
 */
export function splitCredits(credits: readonly IssuedCredit[]): CreditSplit[] {
  const left = new Map<string, { open: bigint; kept: bigint }>();
  return credits.map(({ corrects, total, retained, open, kept }) => {
    const invoice = left.get(corrects) ?? { open, kept };
    const ofRetention = least(retained, invoice.kept);
    const applied = least(total - ofRetention, invoice.open);
    left.set(corrects, { open: invoice.open - applied, kept: invoice.kept - ofRetention });
    return { ofRetention, applied };
  });
}

const least = (left: bigint, right: bigint): bigint => (right <= 0n ? 0n : left < right ? left : right);
