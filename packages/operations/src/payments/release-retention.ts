import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { lockClient } from "./lock-clients.ts";
import { bookingDate } from "./payment-store.ts";

type Input = {
  readonly invoiceId: InvoiceId;
  /** All that is kept when absent. */
  readonly amount?: Money | undefined;
  /** When it is to be paid; by the invoice's payment terms from today when absent. */
  readonly dueOn?: LocalDate | undefined;
  readonly reason: string;
};

/**
 * Releases what a client keeps of an invoice: from now on it is to be paid like the rest, by a day of its own. Its tax was
 * due with the invoice and does not change.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `retention-release-refused` | `booking-date-refused`
 */
export async function releaseRetention(scope: Scope, input: Input): Promise<void> {
  demand(scope, "retention.release");
  const { invoiceId, reason } = input;
  const [invoice] = await query<{
    payer_id: ClientId;
    legal_entity_id: LegalEntityId;
    currency: Currency;
    payment_terms_days: number;
  }>(
    scope.tx,
    "select payer_id, legal_entity_id, currency, payment_terms_days from invoices where id = ? and number is not null",
    [invoiceId],
  );
  if (invoice === undefined) throw new Problem("invoice-not-found");
  const account = { clientId: invoice.payer_id, legalEntityId: invoice.legal_entity_id, currency: invoice.currency };
  await lockClient(scope, account.clientId);
  const kept = await keptOf(scope, invoiceId);
  if (kept <= 0n) throw refused("Its client keeps nothing of it.");
  const amount = input.amount?.minor ?? kept;
  if ((input.amount?.currency ?? account.currency) !== account.currency || amount <= 0n || amount > kept) {
    throw refused(`Its client keeps ${amountText(kept, account.currency)} of it.`);
  }
  const bookedOn = await bookingDate(scope, account.legalEntityId, undefined);
  const dueOn = input.dueOn ?? addDays(bookedOn, invoice.payment_terms_days);
  if (dueOn < bookedOn) throw refused(`${dueOn} is over: it can be due on ${bookedOn} at the earliest.`);
  await bookEntries(scope, [
    {
      id: scope.newId<"ledger-entry">(),
      fact: "retention_released",
      ...account,
      bookedOn,
      dueOn,
      invoiceId,
      reason,
      postings: bookings.retention_released({ amount }),
    },
  ]);
  await scope.emit([{ name: "invoice.retention_released", subjectId: invoiceId, data: { reason, dueOn } }]);
  await scope.audit([{ action: "invoice.retention_released", subjectId: invoiceId, reason }]);
}

async function keptOf({ tx }: Scope, invoiceId: InvoiceId): Promise<bigint> {
  const { kept } = await queryOne<{ kept: string }>(
    tx,
    `select coalesce(sum(p.amount_minor), 0) as kept
       from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
      where e.invoice_id = ? and p.account = 'retention_receivable'`,
    [invoiceId],
  );
  return BigInt(kept);
}

const refused = (detail: string): Problem => new Problem("retention-release-refused", { detail });
