import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type CreditSplit, splitCredits } from "@plumbline/domain/credit/split-credits";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { bookEntries, type LedgerEntry } from "../ledger/book-entries.ts";

type Row = {
  readonly id: InvoiceId;
  readonly corrects: InvoiceId;
  readonly number: string;
  readonly reason: string;
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly currency: Currency;
  readonly issuedOn: LocalDate;
  readonly total: string;
  readonly retained: string;
  readonly open: string;
  readonly kept: string;
};

type Given = Row & { readonly split: CreditSplit; readonly paymentId: Id<"payment"> };

/**
 * Makes what was credited the client's money, which its invoice takes first: what was retained from what is retained, the rest
 * from what is open. What goes beyond that is the client's credit balance, to be applied or paid back as a payment is.
 */
export async function giveCredits(scope: Scope, creditNoteIds: readonly InvoiceId[]): Promise<void> {
  // Whoever moves a client's money waits for it; in id order, against deadlocks.
  await query(
    scope.tx,
    `select 1 from clients where id in (select payer_id from invoices where id = any(?)) order by id for no key update`,
    [creditNoteIds],
  );
  const rows = await query<Row>(scope.tx, rowsSql, [creditNoteIds]);
  const splits = splitCredits(
    rows.map(({ corrects, total, retained, open, kept }) => ({
      corrects,
      total: BigInt(total),
      retained: BigInt(retained),
      open: BigInt(open),
      kept: BigInt(kept),
    })),
  );
  const given = rows.map((row, index) => ({
    ...row,
    split: splits[index] as CreditSplit,
    paymentId: scope.newId<"payment">(),
  }));
  await savePayments(scope, given);
  const applied = given
    .filter(({ split }) => split.applied > 0n)
    .map((each) => ({ ...each, entryId: scope.newId<"ledger-entry">() }));
  await bookEntries(scope, [
    ...given.flatMap((each) => entriesOf(scope, each)),
    ...applied.map((each) => ({
      ...about(each),
      id: each.entryId,
      fact: "payment_applied" as const,
      invoiceId: each.corrects,
      postings: bookings.payment_applied({ amount: each.split.applied }),
    })),
  ]);
  await insertRows(scope.tx, "payment_applications", applied, {
    id: ["uuid", () => scope.newId()],
    payment_id: ["uuid", ({ paymentId }) => paymentId],
    invoice_id: ["uuid", ({ corrects }) => corrects],
    amount_minor: ["bigint", ({ split }) => split.applied],
    entry_id: ["uuid", ({ entryId }) => entryId],
  });
  await tell(scope, given, applied);
}

async function savePayments(scope: Scope, given: readonly Given[]): Promise<void> {
  await insertRows(
    scope.tx,
    "payments",
    given,
    {
      id: ["uuid", ({ paymentId }) => paymentId],
      legal_entity_id: ["uuid", ({ legalEntityId }) => legalEntityId],
      client_id: ["uuid", ({ clientId }) => clientId],
      currency: ["text", ({ currency }) => currency],
      amount_minor: ["bigint", ({ total, retained }) => BigInt(total) - BigInt(retained)],
      received_on: ["date", ({ issuedOn }) => issuedOn],
      reference: ["text", ({ number }) => number],
      credit_note_id: ["uuid", ({ id }) => id],
    },
    { constants: { recorded_by: "(select app.actor())" } },
  );
}

const about = ({ clientId, legalEntityId, currency, issuedOn, paymentId, reason }: Given) => ({
  clientId,
  legalEntityId,
  currency,
  bookedOn: issuedOn,
  paymentId,
  reason,
});

function entriesOf(scope: Scope, given: Given): LedgerEntry[] {
  const { split, total, retained } = given;
  const released: LedgerEntry = {
    ...about(given),
    id: scope.newId<"ledger-entry">(),
    fact: "credit_released",
    invoiceId: given.id,
    postings: bookings.credit_released({ amount: BigInt(total) - BigInt(retained) }),
  };
  const ofRetention = [
    { invoiceId: given.id, amount: -BigInt(retained) },
    { invoiceId: given.corrects, amount: split.ofRetention },
  ].filter(({ amount }) => amount !== 0n);
  return [
    released,
    ...ofRetention.map(({ invoiceId, amount }) => ({
      ...about(given),
      id: scope.newId<"ledger-entry">(),
      fact: "retention_credited" as const,
      invoiceId,
      postings: bookings.retention_credited({ amount }),
    })),
  ];
}

async function tell(scope: Scope, given: readonly Given[], applied: readonly Given[]): Promise<void> {
  await scope.emit([
    ...given.map(({ paymentId, id }) => ({
      name: "credit.released",
      subjectId: paymentId,
      data: { creditNoteId: id },
    })),
    ...applied.map(({ paymentId, corrects }) => ({
      name: "payment.applied",
      subjectId: paymentId,
      data: { invoiceIds: [corrects] },
    })),
  ]);
  await scope.audit(
    given.map(({ paymentId, reason }) => ({ action: "credit.released", subjectId: paymentId, reason })),
  );
}

const rowsSql = `
  select n.id, n.corrects, n.number_text as number, n.correction_reason as reason, n.payer_id as "clientId",
         n.legal_entity_id as "legalEntityId", n.currency, n.issued_on as "issuedOn", -n.total_minor as total,
         (select -coalesce(sum(l.retained_minor), 0) from invoice_lines l
           where l.tenant_id = n.tenant_id and l.invoice_id = n.id) as retained,
         s.open, s.kept
    from invoices n
   cross join lateral (
     select coalesce(sum(p.amount_minor) filter (where p.account = 'receivable'), 0) as open,
            coalesce(sum(p.amount_minor) filter (where p.account = 'retention_receivable'), 0) as kept
       from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
      where e.tenant_id = n.tenant_id and e.invoice_id = n.corrects) s
   where n.id = any(?) order by n.id`;
