import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { HeldOn, Posting } from "@plumbline/domain/ledger/bookings";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { LedgerEntry } from "../ledger/book-entries.ts";
import { fromStoredPosting, postingsOfEntry, type StoredPosting } from "../ledger/stored-postings.ts";
import { laterOf } from "./save-applications.ts";

/** A payment with where all of it is. */
export type Paid = {
  readonly id: Id<"payment">;
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly currency: Currency;
  readonly receivedOn: LocalDate;
  readonly minor: bigint;
  /** False for what a credit note gave. */
  readonly isMoney: boolean;
  readonly held: HeldOn;
  /** What it was paid ahead for, where it is a retainer. */
  readonly engagementId: EngagementId | undefined;
  readonly unapplied: bigint;
  /** What invoices took, in the order they took it; what was taken back of them is not there. */
  readonly applied: readonly Applied[];
  /** What chargebacks may still take of it. */
  readonly disputed: bigint;
};

export type Applied = {
  readonly entryId: Id<"ledger-entry">;
  readonly invoiceId: InvoiceId;
  readonly minor: bigint;
  readonly bookedOn: LocalDate;
  readonly postings: readonly Posting[];
};

/** What is in invoices or unapplied, and so can be taken back. */
export const hereOf = ({ unapplied, applied }: Paid): bigint =>
  applied.reduce((sum, { minor }) => sum + minor, unapplied);

/** Payments as they stand; they decide something only while their clients are locked. */
export async function loadPaid(
  { tx }: Scope,
  paymentIds: readonly Id<"payment">[],
): Promise<ReadonlyMap<Id<"payment">, Paid>> {
  const rows = await query<Row>(tx, paidSql, [paymentIds]);
  return new Map(rows.map((row) => [row.id, fromRow(row)]));
}

/** The entry that undoes an application, never before it was made. */
export function undoing(
  scope: Scope,
  paid: Paid,
  { application, on, reason }: { readonly application: Applied; readonly on: LocalDate; readonly reason: string },
): LedgerEntry {
  return {
    id: scope.newId<"ledger-entry">(),
    fact: "application_reversed",
    legalEntityId: paid.legalEntityId,
    clientId: paid.clientId,
    currency: paid.currency,
    bookedOn: laterOf(on, application.bookedOn),
    invoiceId: application.invoiceId,
    paymentId: paid.id,
    reverses: application.entryId,
    reason,
    postings: bookings.application_reversed(application.postings),
  };
}

type Row = {
  readonly id: Id<"payment">;
  readonly client_id: ClientId;
  readonly legal_entity_id: LegalEntityId;
  readonly currency: Currency;
  readonly received_on: LocalDate;
  readonly amount_minor: string;
  readonly is_money: boolean;
  readonly engagement_id: EngagementId | null;
  readonly unapplied: string;
  readonly disputed: string;
  readonly applied: readonly {
    readonly entryId: Id<"ledger-entry">;
    readonly invoiceId: InvoiceId;
    readonly minor: string;
    readonly bookedOn: LocalDate;
    readonly postings: readonly StoredPosting[];
  }[];
};

const fromRow = (row: Row): Paid => ({
  id: row.id,
  clientId: row.client_id,
  legalEntityId: row.legal_entity_id,
  currency: row.currency,
  receivedOn: row.received_on,
  minor: BigInt(row.amount_minor),
  isMoney: row.is_money,
  held: row.engagement_id === null ? "unapplied_cash" : "retainer_liability",
  engagementId: row.engagement_id ?? undefined,
  unapplied: BigInt(row.unapplied),
  disputed: BigInt(row.disputed),
  applied: row.applied.map(({ minor, postings, ...application }) => ({
    ...application,
    minor: BigInt(minor),
    postings: postings.map(fromStoredPosting),
  })),
});

const paidSql = `
  select y.id, y.client_id, y.legal_entity_id, y.currency, y.received_on, y.amount_minor, y.credit_note_id is null as is_money, y.engagement_id,
         (select -coalesce(sum(p.amount_minor), 0)
            from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
           where e.tenant_id = y.tenant_id and e.payment_id = y.id and p.account in ('unapplied_cash', 'retainer_liability')) as unapplied,
         (select coalesce(sum(c.amount_minor), 0) from chargebacks c
           where c.tenant_id = y.tenant_id and c.payment_id = y.id and c.state in ('open', 'answered')) as disputed,
         (select coalesce(jsonb_agg(jsonb_build_object(
                   'entryId', a.entry_id, 'invoiceId', a.invoice_id, 'minor', a.amount_minor::text, 'bookedOn', e.booked_on,
                   'postings', ${postingsOfEntry("a.entry_id")}) order by a.id), '[]')
            from payment_applications a
            join ledger_entries e on e.tenant_id = a.tenant_id and e.id = a.entry_id
           where a.tenant_id = y.tenant_id and a.payment_id = y.id and not exists (
             select 1 from ledger_entries r where r.tenant_id = a.tenant_id and r.reverses = a.entry_id)) as applied
    from payments y where y.id = any(?)`;
