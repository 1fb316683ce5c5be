import { type Money, money } from "../money/money.ts";
import { type Allocation, allocatePayment, type Application, type OpenInvoice } from "./allocate-payment.ts";

/** What a client has to its credit, from one payment or credit note. */
export type Credit<CreditId extends string> = { readonly creditId: CreditId; readonly left: Money };

/** What one invoice takes of one credit. */
export type NettedPart<CreditId extends string> = Application & { readonly creditId: CreditId };

/**
 * Holds all credits of a client against its invoices, as if they were one payment: invoices that are due first, or as
 * somebody said. Credits are used up in the order given, so one may serve many invoices and many may serve one.
 *
 * @param credits of one currency, each with something left
 */
export function netCredits<CreditId extends string>(
  credits: readonly [Credit<CreditId>, ...Credit<CreditId>[]],
  open: readonly OpenInvoice[],
  to: "oldest_first" | readonly Application[],
): { readonly parts: readonly NettedPart<CreditId>[] } & Pick<Allocation, "left" | "issues"> {
  const { currency } = credits[0].left;
  const total = credits.reduce((sum, { left }) => sum + left.minor, 0n);
  const { applications, left, issues } = allocatePayment(money(total, currency), open, to);
  return { parts: divide(credits, applications), left, issues };
}

/** Two lines of equal length laid side by side: each credit is cut where an application ends, and the other way round. */
function divide<CreditId extends string>(
  credits: readonly Credit<CreditId>[],
  applications: readonly Application[],
): NettedPart<CreditId>[] {
  const parts: NettedPart<CreditId>[] = [];
  const remaining = credits.map(({ creditId, left }) => ({ creditId, minor: left.minor }));
  for (const { invoiceId, amount } of applications) {
    let wanted = amount.minor;
    for (const credit of remaining) {
      const minor = credit.minor < wanted ? credit.minor : wanted;
      if (minor === 0n) continue;
      parts.push({ creditId: credit.creditId, invoiceId, amount: money(minor, amount.currency) });
      credit.minor -= minor;
      wanted -= minor;
    }
  }
  return parts;
}
