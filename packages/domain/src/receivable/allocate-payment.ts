import { compareLocalDates, type LocalDate } from "../calendar/local-date.ts";
import type { InvoiceId } from "../id.ts";
import { divide, type Money, money } from "../money/money.ts";
import { accountOf, type Residual } from "./residual.ts";

/** An invoice that somebody still has to pay. */
export type OpenInvoice = {
  readonly invoiceId: InvoiceId;
  readonly open: Money;
  readonly dueOn: LocalDate;
  /** What the payer may keep of it as was agreed: tax for its authority, or a discount for paying early. Nothing when absent. */
  readonly keeps?: { readonly kind: "withholding_tax" | "discount_taken"; readonly minor: bigint };
};

/** What an invoice takes of a payment, and why the client paid no more, where it said so. */
export type Application = {
  readonly invoiceId: InvoiceId;
  readonly amount: Money;
  readonly residual?: Residual | undefined;
};

export const allocationIssueCodes = [
  "not_open",
  "other_currency",
  "not_positive",
  "above_open",
  "above_payment",
] as const;
export type AllocationIssue = {
  readonly invoiceId: InvoiceId;
  readonly code: (typeof allocationIssueCodes)[number];
};

export type Allocation = {
  readonly applications: readonly Application[];
  /** What no invoice took: the client's credit balance. */
  readonly left: Money;
  readonly issues: readonly AllocationIssue[];
};

/**
 * Divides what is left of a payment among open invoices: those that are due first, or as the client said. No invoice takes
 * more than is open on it, and all together no more than there is. Where anything is wrong with what was said, nothing is
 * applied and every fault is named.
 */
export function allocatePayment(
  available: Money,
  open: readonly OpenInvoice[],
  to: "oldest_first" | readonly Application[],
): Allocation {
  if (to === "oldest_first") return oldestFirst(available, open);
  const issues = to.flatMap((application, index) => faultsOf(application, available, open, to.slice(0, index)));
  const applied = issues.length === 0 ? to : [];
  const taken = applied.reduce((sum, { amount }) => sum + amount.minor, 0n);
  return { applications: applied, left: money(available.minor - taken, available.currency), issues };
}

/** How much less is open on the invoice: what was paid, and the residual where it settles. */
export const settledBy = ({ amount, residual }: Application): bigint =>
  amount.minor + (residual !== undefined && accountOf(residual.kind) !== undefined ? residual.amount.minor : 0n);

/**
 * Whether discounts give up more of an invoice than was agreed for what is settled with them: a part of what is owed earns that
 * part of the discount, rounded down, so that many small parts earn no more than the whole.
 */
export function letsGoOfMore(applications: readonly Application[], open: readonly OpenInvoice[]): boolean {
  const invoices = new Map(open.map((invoice) => [invoice.invoiceId, invoice]));
  return [...Map.groupBy(applications, ({ invoiceId }) => invoiceId)].some(([invoiceId, parts]) => {
    const letGo = parts.reduce((sum, { residual }) => sum + (isDiscount(residual) ? residual.amount.minor : 0n), 0n);
    if (letGo === 0n) return false;
    const { keeps, open: owed } = invoices.get(invoiceId) ?? {};
    if (owed === undefined || keeps?.kind !== "discount_taken") return true;
    const settled = parts.reduce((sum, part) => sum + settledBy(part), 0n);
    return letGo > divide(keeps.minor * settled, owed.minor, "down");
  });
}

const isDiscount = (residual: Residual | undefined): residual is Residual => residual?.kind === "discount_taken";

function oldestFirst(available: Money, open: readonly OpenInvoice[]): Allocation {
  let left = available.minor;
  const applications: Application[] = [];
  const ordered = open
    .filter(({ open: of }) => of.currency === available.currency && of.minor > 0n)
    .toSorted((a, b) => compareLocalDates(a.dueOn, b.dueOn) || (a.invoiceId < b.invoiceId ? -1 : 1));
  const short = shortAsAgreed(available, ordered);
  if (short !== undefined) return short;
  for (const invoice of ordered) {
    if (left <= 0n) break;
    const minor = invoice.open.minor < left ? invoice.open.minor : left;
    applications.push({ invoiceId: invoice.invoiceId, amount: money(minor, available.currency) });
    left -= minor;
  }
  return { applications, left: money(left, available.currency), issues: [] };
}

/**
 * A payment that is short of the invoices that are due first by exactly what the client keeps of them: each is settled, and
 * says so. Any other amount is applied as it is, and nobody guesses.
 */
function shortAsAgreed(available: Money, ordered: readonly OpenInvoice[]): Allocation | undefined {
  const { currency } = available;
  let sum = 0n;
  for (const [index, { open, keeps }] of ordered.entries()) {
    const kept = keeps?.minor ?? 0n;
    if (kept >= open.minor) return undefined;
    sum += open.minor - kept;
    if (sum > available.minor) return undefined;
    if (sum < available.minor) continue;
    const applications = ordered.slice(0, index + 1).map(({ invoiceId, open: owed, keeps: keptOf }): Application => {
      if (keptOf === undefined) return { invoiceId, amount: owed };
      const residual = { kind: keptOf.kind, amount: money(keptOf.minor, currency) };
      return { invoiceId, amount: money(owed.minor - keptOf.minor, currency), residual };
    });
    return { applications, left: money(0n, currency), issues: [] };
  }
  return undefined;
}

function faultsOf(
  application: Application,
  available: Money,
  open: readonly OpenInvoice[],
  before: readonly Application[],
): AllocationIssue[] {
  const { invoiceId, amount, residual } = application;
  const issue = (code: AllocationIssue["code"]) => [{ invoiceId, code }];
  const invoice = open.find((candidate) => candidate.invoiceId === invoiceId);
  if (invoice === undefined) return issue("not_open");
  const amounts = residual === undefined ? [amount] : [amount, residual.amount];
  if (amounts.some(({ currency }) => currency !== available.currency || currency !== invoice.open.currency))
    return issue("other_currency");
  if (amounts.some(({ minor }) => minor <= 0n)) return issue("not_positive");
  const ofSame = before
    .filter((other) => other.invoiceId === invoiceId)
    .reduce((sum, other) => sum + settledBy(other), 0n);
  if (ofSame + amount.minor + (residual?.amount.minor ?? 0n) > invoice.open.minor) return issue("above_open");
  const taken = before.reduce((sum, other) => sum + other.amount.minor, 0n);
  return taken + amount.minor > available.minor ? issue("above_payment") : [];
}
