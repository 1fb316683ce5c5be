import type { PaymentSummary } from "@plumbline/contract/payment";
import { minorToWire } from "@plumbline/contract/scalar";

export type PaymentRow = {
  readonly id: string;
  readonly client_id: string;
  readonly client_name: string;
  readonly entity_id: string;
  readonly entity_name: string;
  readonly currency: string;
  readonly amount_minor: string;
  readonly unapplied: string;
  readonly refunded: string;
  readonly taken_back: string;
  readonly disputed: string;
  readonly received_on: PaymentSummary["receivedOn"];
  readonly reference: string;
  readonly credit_note_id: string | null;
  readonly engagement_id: string | null;
  readonly opening: boolean;
  readonly recorded_by_name: string;
};

export const paymentSelect = `y.id, y.client_id, c.name as client_name, y.legal_entity_id as entity_id,
  l.legal_name as entity_name, y.currency, y.amount_minor, s.unapplied, s.refunded, s.taken_back, s.disputed, y.received_on, y.reference,
  y.credit_note_id, y.engagement_id, y.opening, m.name as recorded_by_name`;

/** A payment with what is left of it, as the ledger says. */
export const paymentFrom = `payments y
  join clients c on c.tenant_id = y.tenant_id and c.id = y.client_id
  join legal_entities l on l.tenant_id = y.tenant_id and l.id = y.legal_entity_id
  join memberships m on m.tenant_id = y.tenant_id and m.id = y.recorded_by
  cross join lateral (
    select -coalesce(sum(p.amount_minor) filter (where p.account <> 'chargebacks'), 0) as unapplied,
           coalesce(sum(p.amount_minor) filter (where e.fact = 'credit_refunded'), 0) as refunded,
           coalesce(sum(p.amount_minor) filter (where e.fact in ('payment_returned', 'chargeback_lost') and p.account <> 'chargebacks'), 0) as taken_back,
           coalesce(sum(p.amount_minor) filter (where p.account = 'chargebacks'), 0) as disputed
      from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
     where e.tenant_id = y.tenant_id and e.payment_id = y.id and p.account in ('unapplied_cash', 'retainer_liability', 'chargebacks')) s`;

export const toSummary = (row: PaymentRow): PaymentSummary => ({
  id: row.id,
  client: { id: row.client_id, name: row.client_name },
  entity: { id: row.entity_id, name: row.entity_name },
  amount: minorToWire(row.amount_minor, row.currency),
  unapplied: minorToWire(row.unapplied, row.currency),
  refunded: minorToWire(row.refunded, row.currency),
  ...(row.taken_back !== "0" && { takenBack: minorToWire(row.taken_back, row.currency) }),
  ...(row.disputed !== "0" && { disputed: minorToWire(row.disputed, row.currency) }),
  receivedOn: row.received_on,
  reference: row.reference,
  ...(row.credit_note_id !== null && { creditNoteId: row.credit_note_id }),
  ...(row.engagement_id !== null && { retainerOf: row.engagement_id }),
  ...(row.opening && { takenOver: true }),
  recordedBy: row.recorded_by_name,
});
