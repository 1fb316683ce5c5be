import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ActorId, ClientId, EngagementId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { HeldOn } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { type Money, money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { EarlyPayment } from "@plumbline/domain/engagement/early-payment";
import type { OpenInvoice } from "@plumbline/domain/receivable/allocate-payment";
import { earlyDiscount, earlyShare } from "@plumbline/domain/receivable/early-discount";
import type { Credit } from "@plumbline/domain/receivable/net-credits";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { lateCharges } from "../ledger/late-charges.ts";
import { lockClient } from "./lock-clients.ts";

export { bookingDate } from "../ledger/booking-date.ts";

export type Payment = {
  readonly id: Id<"payment">;
  readonly legalEntityId: LegalEntityId;
  readonly clientId: ClientId;
  readonly unapplied: Money;
  readonly receivedOn: LocalDate;
  readonly recordedBy: ActorId;
  /** Set when it is a retainer: only invoices of this engagement take it. */
  readonly engagementId: EngagementId | undefined;
};

export const heldOn = ({ engagementId }: { readonly engagementId?: EngagementId | undefined }): HeldOn =>
  engagementId === undefined ? "unapplied_cash" : "retainer_liability";

/** Whose money it is about: all that is owed or paid in one legal entity and currency. */
export type Account = Pick<Payment, "clientId" | "legalEntityId"> & { readonly currency: Currency };

/** A payment as it stands while its client is locked. @throws Problem `payment-not-found` */
export async function lockPayment(scope: Scope, paymentId: Id<"payment">): Promise<Payment> {
  const [owner] = await query<{ client_id: ClientId }>(scope.tx, "select client_id from payments where id = ?", [
    paymentId,
  ]);
  if (owner === undefined) throw new Problem("payment-not-found");
  await lockClient(scope, owner.client_id);
  const [row] = await query<{
    legal_entity_id: LegalEntityId;
    currency: Currency;
    received_on: LocalDate;
    recorded_by: ActorId;
    engagement_id: EngagementId | null;
    unapplied: string;
  }>(
    scope.tx,
    `select y.legal_entity_id, y.currency, y.received_on, y.recorded_by, y.engagement_id, s.unapplied
       from payments y
      cross join lateral (
        select -sum(p.amount_minor) as unapplied
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = y.tenant_id and e.payment_id = y.id and p.account in ('unapplied_cash', 'retainer_liability')) s
      where y.id = ?`,
    [paymentId],
  );
  if (row === undefined) throw new Error(`payment ${paymentId} vanished`);
  return {
    id: paymentId,
    legalEntityId: row.legal_entity_id,
    clientId: owner.client_id,
    unapplied: money(BigInt(row.unapplied), row.currency),
    receivedOn: row.received_on,
    recordedBy: row.recorded_by,
    engagementId: row.engagement_id ?? undefined,
  };
}

export type Owing = OpenInvoice & { readonly issuedOn: LocalDate };

type OwingRow = {
  readonly id: InvoiceId;
  readonly due_on: LocalDate;
  readonly issued_on: LocalDate;
  readonly open: string;
  readonly charged: string;
  readonly withheld: string;
  readonly early_payment: readonly EarlyPayment[] | null;
};

/**
 * The invoices of one account that are not paid yet; of one engagement only, where it says so.
 *
 * @param account.receivedOn the day on which money for them came in: what may be kept for paying early depends on it
 */
export async function listOpenInvoices(
  { tx }: Scope,
  account: Account & { readonly engagementId?: EngagementId | undefined; readonly receivedOn?: LocalDate },
): Promise<readonly Owing[]> {
  const rows = await query<OwingRow>(
    tx,
    `select i.id, i.due_on, i.issued_on, s.open, s.charged, i.early_payment::jsonb as early_payment, i.withheld_minor - (
              select coalesce(sum(p.amount_minor), 0)
                from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
               where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account in ('withholding_tax', 'withholding_certified')) as withheld
       from (select e.invoice_id, sum(p.amount_minor) as open,
                    coalesce(sum(p.amount_minor) filter (where e.fact in ${lateCharges}), 0) as charged
               from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
              where e.client_id = ? and e.legal_entity_id = ? and e.currency = ? and p.account = 'receivable'
              group by e.invoice_id having sum(p.amount_minor) > 0) s
       join invoices i on i.tenant_id = (select app.tenant()) and i.id = s.invoice_id
     where ?::uuid is null or i.kind = 'opening' and i.engagement_id = ? or exists (select 1 from invoice_lines l
            where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version and l.engagement_id = ?)
      order by i.due_on, i.id`,
    [
      account.clientId,
      account.legalEntityId,
      account.currency,
      account.engagementId ?? null,
      account.engagementId ?? null,
      account.engagementId ?? null,
    ],
  );
  return rows.map((row) => ({
    invoiceId: row.id,
    dueOn: row.due_on,
    issuedOn: row.issued_on,
    open: money(BigInt(row.open), account.currency),
    ...keepsOf(row, account.receivedOn),
  }));
}

/** Tax for its authority or a discount: never both, since they are not agreed together. No part of it is of late charges. */
function keepsOf(row: OwingRow, receivedOn: LocalDate | undefined): Pick<OpenInvoice, "keeps"> {
  const withheld = BigInt(row.withheld);
  if (withheld > 0n) return { keeps: { kind: "withholding_tax", minor: withheld } };
  if (row.early_payment === null || receivedOn === undefined) return {};
  const share = earlyShare(row.early_payment, { issuedOn: row.issued_on, receivedOn });
  const minor = earlyDiscount(BigInt(row.open) - BigInt(row.charged), share);
  return minor > 0n ? { keeps: { kind: "discount_taken", minor } } : {};
}

/** A credit note that gives the client something still. */
export type Giving = { readonly invoiceId: InvoiceId; readonly left: Money; readonly issuedOn: LocalDate };

/** The credit notes of one account that are not used up, the oldest first. */
export async function listOpenCreditNotes({ tx }: Scope, account: Account): Promise<readonly Giving[]> {
  const rows = await query<{ id: InvoiceId; issued_on: LocalDate; left_minor: string }>(
    tx,
    `select i.id, i.issued_on, s.left_minor
       from (select e.invoice_id, -sum(p.amount_minor) as left_minor
               from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
              where e.client_id = ? and e.legal_entity_id = ? and e.currency = ? and p.account = 'receivable'
              group by e.invoice_id having sum(p.amount_minor) < 0) s
       join invoices i on i.tenant_id = (select app.tenant()) and i.id = s.invoice_id
      order by i.issued_on, i.id`,
    [account.clientId, account.legalEntityId, account.currency],
  );
  return rows.map((row) => ({
    invoiceId: row.id,
    left: money(BigInt(row.left_minor), account.currency),
    issuedOn: row.issued_on,
  }));
}

/** Payments of one account of which something is left, the oldest first. */
export async function listUnapplied({ tx }: Scope, account: Account): Promise<readonly Credit<Id<"payment">>[]> {
  const rows = await query<{ id: Id<"payment">; left_minor: string }>(
    tx,
    `select y.id, s.left_minor
       from (select e.payment_id, -sum(p.amount_minor) as left_minor
               from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
              where e.client_id = ? and e.legal_entity_id = ? and e.currency = ? and p.account = 'unapplied_cash'
              group by e.payment_id having sum(p.amount_minor) < 0) s
       join payments y on y.tenant_id = (select app.tenant()) and y.id = s.payment_id
      order by y.credit_note_id is null, y.received_on, y.id`,
    [account.clientId, account.legalEntityId, account.currency],
  );
  return rows.map((row) => ({ creditId: row.id, left: money(BigInt(row.left_minor), account.currency) }));
}
