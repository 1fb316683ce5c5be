import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import {
  allocatePayment,
  type AllocationIssue,
  type Application,
  letsGoOfMore,
} from "@plumbline/domain/receivable/allocate-payment";
import { demand, type Scope } from "@plumbline/platform/scope";
import { bookingDate, listOpenInvoices, lockPayment, type Payment } from "./payment-store.ts";
import { saveApplications } from "./save-applications.ts";

/** Those that are due first, or as somebody says. */
export type ApplyTo = "oldest_first" | readonly Application[];

/**
 * Lets invoices take what is left of a payment. An invoice is paid by its payer, in its currency, in its legal entity; with
 * anything wrong nothing is applied. Each application is an entry of the ledger.
 *
 * @param on the day it is booked; today when absent, and never before the invoice was issued
 * @throws Problem `permission-missing`, also for a discount that was not agreed | `payment-not-found` |
 *   `application-refused` with every fault | `booking-date-refused`
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
  if (issues.length > 0) throw applicationRefusal(issues);
  // A discount that was not agreed, or is larger or later than that, gives up what is owed: for those who may.
  if (letsGoOfMore(applications, open)) demand(scope, "receivable.write_off");
  if (applications.length === 0) return;
  const parts = applications.map((application) => ({ ...application, paymentId: payment.id }));
  await saveApplications(scope, { ...payment, currency }, { parts, open, on });
}

const sentences = {
  not_open: "It is not an open invoice of this client, legal entity and currency.",
  other_currency: "An amount is in another currency than the payment.",
  not_positive: "An amount must be more than nothing.",
  above_open: "It would take more than is open on it.",
  above_payment: "No more is left of the payment.",
} as const satisfies Record<AllocationIssue["code"], string>;

/** Every fault of what was said, each with its reason. */
export function applicationRefusal(issues: readonly AllocationIssue[]): Problem {
  const errors = issues.map(({ invoiceId, code }) => ({ invoiceId, code, reason: sentences[code] }));
  return new Problem("application-refused", { detail: errors[0]?.reason ?? "", extra: { errors } });
}
