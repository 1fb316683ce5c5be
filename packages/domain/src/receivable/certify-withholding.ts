import { compareLocalDates, type LocalDate } from "../calendar/local-date.ts";
import type { InvoiceId } from "../id.ts";

/** Tax that a client kept of an invoice, and that no certificate proves yet. Minor units of one currency. */
export type Withheld = { readonly invoiceId: InvoiceId; readonly issuedOn: LocalDate; readonly unprovenMinor: bigint };

/** What a certificate proves of an invoice. */
export type Proven = { readonly invoiceId: InvoiceId; readonly minor: bigint };

export const certifyIssueCodes = ["nothing_withheld", "twice", "above_withheld", "not_the_whole"] as const;
export type CertifyIssue = { readonly invoiceId?: InvoiceId; readonly code: (typeof certifyIssueCodes)[number] };

/**
 * Divides a certificate among the invoices of which tax was withheld: as it says itself, or the oldest first. It proves no
 * more of an invoice than was withheld, and is used whole: a rest would be tax that nobody recorded.
 */
export function certifyWithholding(
  amountMinor: bigint,
  withheld: readonly Withheld[],
  said: "oldest_first" | readonly Proven[],
): { readonly proven: readonly Proven[]; readonly issues: readonly CertifyIssue[] } {
  const proven = said === "oldest_first" ? oldestFirst(amountMinor, withheld) : said;
  const issues = [
    ...proven.flatMap((part, index) => faultOf(part, withheld, proven.slice(0, index))),
    ...(proven.reduce((sum, { minor }) => sum + minor, 0n) === amountMinor ? [] : [{ code: "not_the_whole" as const }]),
  ];
  return { proven: issues.length === 0 ? proven : [], issues };
}

function oldestFirst(amountMinor: bigint, withheld: readonly Withheld[]): Proven[] {
  let left = amountMinor;
  const ordered = withheld.toSorted(
    (a, b) => compareLocalDates(a.issuedOn, b.issuedOn) || (a.invoiceId < b.invoiceId ? -1 : 1),
  );
  const proven = ordered.map(({ invoiceId, unprovenMinor }) => {
    const minor = unprovenMinor < left ? unprovenMinor : left;
    left -= minor;
    return { invoiceId, minor };
  });
  return proven.filter(({ minor }) => minor > 0n);
}

function faultOf(
  { invoiceId, minor }: Proven,
  withheld: readonly Withheld[],
  before: readonly Proven[],
): CertifyIssue[] {
  const of = withheld.find((one) => one.invoiceId === invoiceId);
  if (of === undefined) return [{ invoiceId, code: "nothing_withheld" }];
  if (before.some((other) => other.invoiceId === invoiceId)) return [{ invoiceId, code: "twice" }];
  return minor > of.unprovenMinor ? [{ invoiceId, code: "above_withheld" }] : [];
}
