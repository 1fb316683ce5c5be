import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { DisputeState } from "@plumbline/domain/receivable/dispute";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** What was issued, and how much of it could still be disputed. */
export type Disputable = {
  readonly invoiceId: InvoiceId;
  readonly currency: Currency;
  readonly issuedOn: LocalDate;
  readonly today: LocalDate;
  /** What it asks for without what was credited or is in dispute already. */
  readonly leftMinor: bigint;
};

/**
 * Locks an issued invoice until the transaction ends, so that two who dispute it come one after another.
 *
 * @throws Problem `invoice-not-found` | `dispute-refused` when it was not issued, or is a credit note
 */
export async function lockDisputable(scope: Scope, invoiceId: InvoiceId): Promise<Disputable> {
  const [locked] = await query<{ kind: string; issued: boolean }>(
    scope.tx,
    "select kind, issued_on is not null as issued from invoices where id = ? for no key update",
    [invoiceId],
  );
  if (locked === undefined) throw new Problem("invoice-not-found");
  if (!locked.issued || locked.kind === "credit_note")
    throw new Problem("dispute-refused", { detail: "Only an invoice that was issued can be disputed." });
  const [row] = await query<{ currency: Currency; issued_on: LocalDate; time_zone: string; left_minor: string }>(
    scope.tx,
    `select i.currency, i.issued_on, l.time_zone, i.total_minor + (
              select coalesce(sum(n.total_minor), 0) from invoices n
               where n.tenant_id = i.tenant_id and n.corrects = i.id and n.number is not null) - (
              select coalesce(sum(d.amount_minor), 0) from disputes d
               where d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.state <> 'resolved') as left_minor
       from invoices i join legal_entities l on l.tenant_id = i.tenant_id and l.id = i.legal_entity_id
      where i.id = ?`,
    [invoiceId],
  );
  if (row === undefined) throw new Error(`invoice ${invoiceId} vanished`);
  return {
    invoiceId,
    currency: row.currency,
    issuedOn: row.issued_on,
    today: localDateIn(scope.now, row.time_zone),
    leftMinor: BigInt(row.left_minor),
  };
}

export type Undecided = {
  readonly id: Id<"dispute">;
  readonly invoiceId: InvoiceId;
  readonly openedOn: LocalDate;
  readonly amountMinor: bigint;
  readonly state: DisputeState;
  /** Positions of the lines it is about; none when it is about the invoice as a whole. */
  readonly positions: readonly number[];
};

/**
 * Locks a dispute that is not decided; its invoice is locked first, as everywhere.
 *
 * @throws Problem `dispute-not-found` | `dispute-decided`
 */
export async function lockDispute(
  scope: Scope,
  disputeId: Id<"dispute">,
): Promise<{ readonly dispute: Undecided; readonly invoice: Disputable }> {
  const [known] = await query<{ invoice_id: InvoiceId }>(scope.tx, "select invoice_id from disputes where id = ?", [
    disputeId,
  ]);
  if (known === undefined) throw new Problem("dispute-not-found");
  const invoice = await lockDisputable(scope, known.invoice_id);
  const [row] = await query<{
    opened_on: LocalDate;
    amount_minor: string;
    state: DisputeState;
    outcome: string | null;
    resolution: string | null;
    positions: readonly number[];
  }>(
    scope.tx,
    `select d.opened_on, d.amount_minor, d.state, d.outcome, d.resolution, array(
              select l.position from dispute_lines x join invoice_lines l on l.tenant_id = x.tenant_id and l.id = x.line_id
               where x.tenant_id = d.tenant_id and x.dispute_id = d.id order by l.position) as positions
       from disputes d where d.id = ? for update`,
    [disputeId],
  );
  if (row === undefined) throw new Error(`dispute ${disputeId} vanished`);
  if (row.state === "resolved")
    throw new Problem("dispute-decided", { detail: `It was ${row.outcome}: ${row.resolution}` });
  const { opened_on: openedOn, state, positions } = row;
  const amountMinor = BigInt(row.amount_minor);
  return { dispute: { id: disputeId, invoiceId: known.invoice_id, openedOn, amountMinor, state, positions }, invoice };
}
