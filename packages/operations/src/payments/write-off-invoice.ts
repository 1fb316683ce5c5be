import type { ClientId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { toDecimal } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { lockClient } from "./lock-clients.ts";
import { bookingDate, listOpenInvoices } from "./payment-store.ts";

type Input = {
  readonly invoiceId: InvoiceId;
  /** All that is open when absent. */
  readonly amount?: Money | undefined;
  readonly reason: string;
};

/**
 * Gives up what a client will not pay, or a part of it. The invoice stays as issued, and so does its tax: relief for bad
 * debt is claimed elsewhere.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `write-off-refused` | `booking-date-refused`
 */
export async function writeOffInvoice(scope: Scope, input: Input): Promise<void> {
  demand(scope, "receivable.write_off");
  const { invoiceId, reason } = input;
  const [invoice] = await query<{ payer_id: ClientId; legal_entity_id: LegalEntityId; currency: Currency }>(
    scope.tx,
    "select payer_id, legal_entity_id, currency from invoices where id = ?",
    [invoiceId],
  );
  if (invoice === undefined) throw new Problem("invoice-not-found");
  const account = { clientId: invoice.payer_id, legalEntityId: invoice.legal_entity_id, currency: invoice.currency };
  await lockClient(scope, account.clientId);
  const open = (await listOpenInvoices(scope, account)).find((candidate) => candidate.invoiceId === invoiceId)?.open;
  if (open === undefined) throw new Problem("write-off-refused", { detail: "Nothing is owed on it." });
  const amount = input.amount ?? open;
  if (amount.currency !== open.currency || amount.minor <= 0n || amount.minor > open.minor) {
    throw new Problem("write-off-refused", { detail: `Up to ${toDecimal(open)} ${open.currency} is open on it.` });
  }
  await bookEntries(scope, [
    {
      id: scope.newId<"ledger-entry">(),
      fact: "debt_written_off",
      ...account,
      bookedOn: await bookingDate(scope, account.legalEntityId, undefined),
      invoiceId,
      reason,
      postings: bookings.debt_written_off({ amount: amount.minor }),
    },
  ]);
  await scope.emit([{ name: "invoice.written_off", subjectId: invoiceId, data: { reason } }]);
  await scope.audit([{ action: "invoice.written_off", subjectId: invoiceId, reason }]);
}
