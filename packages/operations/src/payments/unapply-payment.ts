import type { Id, InvoiceId } from "@plumbline/domain/id";
import type { Account } from "@plumbline/domain/ledger/account";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
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
  const [application] = await query<{ entry_id: Id<"ledger-entry">; invoice_id: InvoiceId; reversed: boolean }>(
    scope.tx,
    `select a.entry_id, a.invoice_id, exists (
              select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id) as reversed
       from payment_applications a where a.id = ? and a.payment_id = ?`,
    [input.applicationId, input.paymentId],
  );
  if (application === undefined) throw new Problem("application-not-found");
  if (application.reversed) throw new Problem("application-reversed");
  const postings = await query<{ account: Account; minor: string }>(
    scope.tx,
    "select account, amount_minor as minor from ledger_postings where entry_id = ? order by position",
    [application.entry_id],
  );
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
      postings: bookings.application_reversed(
        postings.map(({ account, minor }) => ({ account, minor: BigInt(minor) })),
      ),
    },
  ]);
  const { invoice_id: invoiceId } = application;
  const { reason } = input;
  await scope.emit([{ name: "payment.unapplied", subjectId: payment.id, data: { invoiceId, reason } }]);
  await scope.audit([{ action: "payment.unapplied", subjectId: payment.id, reason }]);
}
