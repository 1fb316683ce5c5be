import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings, type Posting } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookEntries, type LedgerEntry } from "../ledger/book-entries.ts";
import { lockClients } from "./lock-clients.ts";
import { heldOn } from "./payment-store.ts";

export type Return = {
  readonly paymentId: Id<"payment">;
  readonly on: LocalDate;
  readonly reason: string;
  /** What the bank charged the firm for it. */
  readonly chargedMinor: bigint;
};

type Row = {
  readonly id: Id<"payment">;
  readonly client_id: ClientId;
  readonly legal_entity_id: LegalEntityId;
  readonly currency: Currency;
  readonly amount_minor: string;
  readonly received_on: LocalDate;
  readonly engagement_id: EngagementId | null;
  readonly is_money: boolean;
  /** What is in invoices or unapplied, and so can be taken back. */
  readonly here: string;
  readonly applied: readonly Applied[];
};

type Applied = {
  readonly entryId: Id<"ledger-entry">;
  readonly invoiceId: InvoiceId;
  readonly postings: readonly { readonly account: Posting["account"]; readonly minor: string }[];
};

/**
 * Undoes payments that the bank took back: every application is reversed, so that the invoices are owed again, and the money
 * is gone. What the bank charged for it is the firm's cost.
 *
 * @throws Problem `payment-not-found` | `return-refused` naming a payment that is not here whole
 */
export async function returnPayments(scope: Scope, returns: readonly Return[]): Promise<void> {
  const paymentIds = returns.map(({ paymentId }) => paymentId);
  const owners = await query<{ client_id: ClientId }>(scope.tx, "select client_id from payments where id = any(?)", [
    paymentIds,
  ]);
  await lockClients(
    scope,
    owners.map((owner) => owner.client_id),
  );
  const rows = new Map((await query<Row>(scope.tx, paymentsSql, [paymentIds])).map((row) => [row.id, row]));
  const undone = returns.map((one) => {
    const row = rows.get(one.paymentId);
    if (row === undefined) throw new Problem("payment-not-found");
    if (!row.is_money || row.here !== row.amount_minor)
      throw new Problem("return-refused", { detail: `Payment ${row.id} was taken back or paid back already.` });
    return { one, row };
  });
  await bookEntries(
    scope,
    undone.flatMap(({ one, row }) => entriesOf(scope, one, row)),
  );
  await scope.emit(
    undone.map(({ one: { reason }, row: { id, applied } }) => ({
      name: "payment.returned",
      subjectId: id,
      data: { invoiceIds: applied.map(({ invoiceId }) => invoiceId), reason },
    })),
  );
  await scope.audit(
    undone.map(({ one: { reason }, row: { id } }) => ({ action: "payment.returned", subjectId: id, reason })),
  );
}

function entriesOf(scope: Scope, { on, reason, chargedMinor }: Return, row: Row): LedgerEntry[] {
  const amount = BigInt(row.amount_minor);
  const held = heldOn({ engagementId: row.engagement_id ?? undefined });
  const about = {
    legalEntityId: row.legal_entity_id,
    clientId: row.client_id,
    currency: row.currency,
    bookedOn: on < row.received_on ? row.received_on : on,
    paymentId: row.id,
    reason,
  };
  const entry = (more: Pick<LedgerEntry, "fact" | "postings"> & Partial<LedgerEntry>) => ({
    id: scope.newId<"ledger-entry">(),
    ...about,
    ...more,
  });
  return [
    ...row.applied.map(({ entryId, invoiceId, postings }) =>
      entry({
        fact: "application_reversed",
        invoiceId,
        reverses: entryId,
        postings: bookings.application_reversed(postings.map((one) => ({ ...one, minor: BigInt(one.minor) }))),
      }),
    ),
    entry({ fact: "payment_returned", postings: bookings.payment_returned({ amount, held }) }),
    ...(chargedMinor === 0n
      ? []
      : [entry({ fact: "bank_charged", postings: bookings.bank_charged({ amount: chargedMinor }) })]),
  ];
}

const paymentsSql = `
  select y.id, y.client_id, y.legal_entity_id, y.currency, y.amount_minor, y.received_on, y.engagement_id, y.credit_note_id is null as is_money,
         (select coalesce(sum(a.amount_minor), 0) from payment_applications a
           where a.tenant_id = y.tenant_id and a.payment_id = y.id and not exists (
             select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id))
         + (select -coalesce(sum(p.amount_minor), 0)
              from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
             where e.tenant_id = y.tenant_id and e.payment_id = y.id and p.account in ('unapplied_cash', 'retainer_liability')) as here,
         (select coalesce(jsonb_agg(jsonb_build_object('entryId', a.entry_id, 'invoiceId', a.invoice_id, 'postings', (
                   select jsonb_agg(jsonb_build_object('account', p.account, 'minor', p.amount_minor::text) order by p.position)
                     from ledger_postings p where p.tenant_id = a.tenant_id and p.entry_id = a.entry_id)) order by a.id), '[]')
            from payment_applications a
           where a.tenant_id = y.tenant_id and a.payment_id = y.id and not exists (
             select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id)) as applied
    from payments y where y.id = any(?)`;
