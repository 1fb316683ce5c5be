import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { Problem } from "@plumbline/domain/problem";
import { allocatePayment, type AllocationIssue, type Application } from "@plumbline/domain/receivable/allocate-payment";
import { accountOf } from "@plumbline/domain/receivable/residual";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { bookingDate, listOpenInvoices, lockPayment, type Owing, type Payment } from "./payment-store.ts";

/** Those that are due first, or as somebody says. */
export type ApplyTo = "oldest_first" | readonly Application[];

/**
 * Lets invoices take what is left of a payment. An invoice is paid by its payer, in its currency, in its legal entity; with
 * anything wrong nothing is applied. Each application is an entry of the ledger.
 *
 * @param on the day it is booked; today when absent, and never before the invoice was issued
 * @throws Problem `permission-missing` | `payment-not-found` | `application-refused` with every fault | `booking-date-refused`
 */
export async function applyPayment(
  scope: Scope,
  input: { readonly paymentId: Id<"payment">; readonly to: ApplyTo; readonly on?: LocalDate | undefined },
): Promise<void> {
  demand(scope, "payment.record");
  const payment = await lockPayment(scope, input.paymentId);
  const on = await bookingDate(scope, payment.legalEntityId, input.on);
  await applyLocked(scope, payment, { to: input.to, on });
}

/** As `applyPayment`, for a payment that is locked already. @throws Problem `application-refused` */
export async function applyLocked(
  scope: Scope,
  payment: Payment,
  { to, on }: { readonly to: ApplyTo; readonly on: LocalDate },
): Promise<void> {
  const { currency } = payment.unapplied;
  const open = await listOpenInvoices(scope, { ...payment, currency });
  const { applications, issues } = allocatePayment(payment.unapplied, open, to);
  if (issues.length > 0) throw refusal(issues);
  if (applications.length === 0) return;
  const issued = new Map(open.map((invoice) => [invoice.invoiceId, invoice]));
  const entries = applications.map((application) => ({
    application,
    id: scope.newId<"ledger-entry">(),
    bookedOn: laterOf(on, (issued.get(application.invoiceId) as Owing).issuedOn),
  }));
  await bookEntries(
    scope,
    entries.map(({ id, application, bookedOn }) => ({
      id,
      fact: "payment_applied",
      legalEntityId: payment.legalEntityId,
      clientId: payment.clientId,
      currency,
      bookedOn,
      invoiceId: application.invoiceId,
      paymentId: payment.id,
      postings: postingsOf(application),
    })),
  );
  await insertRows(scope.tx, "payment_applications", entries, {
    id: ["uuid", () => scope.newId()],
    payment_id: ["uuid", () => payment.id],
    invoice_id: ["uuid", ({ application }) => application.invoiceId],
    amount_minor: ["bigint", ({ application }) => application.amount.minor],
    residual_kind: ["text", ({ application }) => application.residual?.kind],
    residual_minor: ["bigint", ({ application }) => application.residual?.amount.minor],
    entry_id: ["uuid", ({ id }) => id],
  });
  const invoiceIds = applications.map(({ invoiceId }) => invoiceId);
  await scope.emit([{ name: "payment.applied", subjectId: payment.id, data: { invoiceIds } }]);
  await scope.audit([{ action: "payment.applied", subjectId: payment.id }]);
}

function postingsOf({ amount, residual }: Application) {
  const account = residual && accountOf(residual.kind);
  return bookings.payment_applied({
    amount: amount.minor,
    ...(residual !== undefined && account !== undefined && { residual: { account, minor: residual.amount.minor } }),
  });
}

const laterOf = (left: LocalDate, right: LocalDate): LocalDate => (left < right ? right : left);

const sentences = {
  not_open: "It is not an open invoice of this client, legal entity and currency.",
  other_currency: "An amount is in another currency than the payment.",
  not_positive: "An amount must be more than nothing.",
  above_open: "It would take more than is open on it.",
  above_payment: "No more is left of the payment.",
} as const satisfies Record<AllocationIssue["code"], string>;

function refusal(
  issues: readonly { readonly invoiceId: InvoiceId; readonly code: AllocationIssue["code"] }[],
): Problem {
  const errors = issues.map(({ invoiceId, code }) => ({ invoiceId, code, reason: sentences[code] }));
  return new Problem("application-refused", { detail: errors[0]?.reason ?? "", extra: { errors } });
}
