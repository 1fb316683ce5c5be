import type { Id, InvoiceId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { withdrawShortPaid } from "../disputes/short-paid.ts";
import { bookEntries } from "../ledger/book-entries.ts";
import { fromStoredPosting, postingsOfEntry, type StoredPosting } from "../ledger/stored-postings.ts";
import { bookingDate, lockPayment } from "./payment-store.ts";

type Input = {
  readonly paymentId: Id<"payment">;
  readonly applicationId: Id<"application">;
  readonly reason: string;
};

/**
 * Takes an application back: the invoice is owed again and the money is the client's credit balance, by an entry that
 * undoes the first. Both stay in the books.
 *
 * @throws Problem `permission-missing` | `payment-not-found` | `application-not-found` | `application-reversed` |
 *   `booking-date-refused`
 */
export async function unapplyPayment(scope: Scope, input: Input): Promise<void> {
  demand(scope, "payment.record");
  const payment = await lockPayment(scope, input.paymentId);
  const [application] = await query<{
    entry_id: Id<"ledger-entry">;
    invoice_id: InvoiceId;
    reversed: boolean;
    postings: readonly StoredPosting[];
  }>(
    scope.tx,
    `select a.entry_id, a.invoice_id, ${postingsOfEntry("a.entry_id")} as postings, exists (
              select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id) as reversed
       from payment_applications a where a.id = ? and a.payment_id = ?`,
    [input.applicationId, input.paymentId],
  );
  if (application === undefined) throw new Problem("application-not-found");
  if (application.reversed) throw new Problem("application-reversed");
  await bookEntries(scope, [
    {
      id: scope.newId<"ledger-entry">(),
      fact: "application_reversed",
      legalEntityId: payment.legalEntityId,
      clientId: payment.clientId,
      currency: payment.unapplied.currency,
      bookedOn: await bookingDate(scope, payment.legalEntityId, undefined),
      invoiceId: application.invoice_id,
      paymentId: payment.id,
      reverses: application.entry_id,
      reason: input.reason,
      postings: bookings.application_reversed(application.postings.map(fromStoredPosting)),
    },
  ]);
  await withdrawShortPaid(scope, [{ entryId: application.entry_id, reason: input.reason }]);
  const { invoice_id: invoiceId } = application;
  const { reason } = input;
  await scope.emit([{ name: "payment.unapplied", subjectId: payment.id, data: { invoiceId, reason } }]);
  await scope.audit([{ action: "payment.unapplied", subjectId: payment.id, reason }]);
}
