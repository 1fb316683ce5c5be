import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";
import { lockClients } from "../payments/lock-clients.ts";

type Row = {
  readonly legal_entity_id: LegalEntityId;
  readonly client_id: ClientId;
  readonly currency: Currency;
  readonly fee_minor: string;
  readonly withdrawn: boolean;
  readonly invoice_id: InvoiceId | null;
  /** On the invoice that bears the fee. */
  readonly open: string;
};

/**
 * Takes a dunning notice back, as if it had not been sent: its fee is no longer owed, and its invoices may be asked for at
 * that level again. The notice stays known.
 *
 * @throws Problem `permission-missing` | `dunning-notice-not-found` | `dunning-withdrawal-refused` | `booking-date-refused`
 */
export async function withdrawDunningNotice(
  scope: Scope,
  { dunningNoticeId, reason }: { readonly dunningNoticeId: Id<"dunning-notice">; readonly reason: string },
): Promise<void> {
  demand(scope, "dunning.run");
  const [notice] = await query<{ client_id: ClientId }>(
    scope.tx,
    "select client_id from dunning_notices where id = ?",
    [dunningNoticeId],
  );
  if (notice === undefined) throw new Problem("dunning-notice-not-found");
  await lockClients(scope, [notice.client_id]);
  const row = await queryOne<Row>(scope.tx, noticeSql, [dunningNoticeId]);
  if (row.withdrawn) throw new Problem("dunning-withdrawal-refused", { detail: "It was withdrawn already." });
  const fee = BigInt(row.fee_minor);
  if (fee > BigInt(row.open))
    throw new Problem("dunning-withdrawal-refused", { detail: "Its fee is paid: take that application back first." });
  const on = await bookingDate(scope, row.legal_entity_id, undefined);
  const entryId = await bookBack(scope, row, { fee, on, reason });
  await query(
    scope.tx,
    `update dunning_notices set withdrawn_on = ?, withdrawn_reason = ?, withdrawn_by = app.actor(), withdrawn_at = now(),
            withdrawn_entry_id = ? where id = ?`,
    [on, reason, entryId ?? null, dunningNoticeId],
  );
  await scope.emit([{ name: "dunning_notice.withdrawn", subjectId: dunningNoticeId, data: { reason } }]);
  await scope.audit([{ action: "dunning_notice.withdrawn", subjectId: dunningNoticeId, reason }]);
}

async function bookBack(
  scope: Scope,
  row: Row,
  {
    fee,
    on,
    reason,
  }: { readonly fee: bigint; readonly on: Awaited<ReturnType<typeof bookingDate>>; readonly reason: string },
): Promise<Id<"ledger-entry"> | undefined> {
  if (row.invoice_id === null) return undefined;
  const id = scope.newId<"ledger-entry">();
  await bookEntries(scope, [
    {
      id,
      fact: "late_charge_withdrawn",
      legalEntityId: row.legal_entity_id,
      clientId: row.client_id,
      currency: row.currency,
      bookedOn: on,
      invoiceId: row.invoice_id,
      reason,
      postings: bookings.late_charge_withdrawn({ amount: fee }),
    },
  ]);
  return id;
}

const noticeSql = `
  select n.legal_entity_id, n.client_id, n.currency, n.fee_minor, n.withdrawn_on is not null as withdrawn, f.invoice_id,
         (select coalesce(sum(p.amount_minor), 0)
            from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
           where e.tenant_id = f.tenant_id and e.invoice_id = f.invoice_id and p.account = 'receivable') as open
    from dunning_notices n
    left join ledger_entries f on f.tenant_id = n.tenant_id and f.id = n.fee_entry_id
   where n.id = ?`;
