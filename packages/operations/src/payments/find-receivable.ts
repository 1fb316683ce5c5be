import type { ReceivableWire } from "@plumbline/contract/payment";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import { Problem } from "@plumbline/domain/problem";
import { collectionOf, isOverdue } from "@plumbline/domain/receivable/collection";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { listApplications } from "./application-rows.ts";

type Row = {
  readonly currency: string;
  readonly due_on: LocalDate;
  readonly time_zone: string;
  readonly owed: string;
  readonly released: string;
  readonly released_due_on: LocalDate | null;
  readonly open: string;
  readonly written_off: string;
  readonly retained: string;
};

/**
 * What is owed on an invoice, as the ledger says. A draft owes nothing, and is answered like one that does not exist.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function findReceivable(
  scope: Scope,
  { invoiceId }: { readonly invoiceId: string },
): Promise<ReceivableWire> {
  demand(scope, "receivable.read");
  const [row] = await query<Row>(scope.tx, receivableSql, [invoiceId]);
  if (row === undefined) throw new Problem("invoice-not-found");
  const [owed, open, writtenOff] = [BigInt(row.owed), BigInt(row.open), BigInt(row.written_off)];
  return {
    invoiceId,
    owed: minorToWire(owed, row.currency),
    open: minorToWire(open, row.currency),
    writtenOff: minorToWire(writtenOff, row.currency),
    retained: minorToWire(row.retained, row.currency),
    collection: collectionOf({ owed, open, writtenOff }),
    dueOn: row.due_on,
    overdue: dueParts(row).some((part) => isOverdue(part, localDateIn(scope.now, row.time_zone))),
    applications: await listApplications(scope, { invoiceId }),
  };
}

/** What was released is due on a day of its own, and is paid last. */
function dueParts(row: Row): { readonly open: bigint; readonly dueOn: LocalDate }[] {
  const [open, released] = [BigInt(row.open), BigInt(row.released)];
  const late = open < released ? open : released;
  return [
    { open: open - late, dueOn: row.due_on },
    { open: late, dueOn: row.released_due_on ?? row.due_on },
  ];
}

const receivableSql = `
  select i.currency, i.due_on, l.time_zone, s.*
    from invoices i
    join legal_entities l on l.tenant_id = i.tenant_id and l.id = i.legal_entity_id
   cross join lateral (
     select coalesce(sum(p.amount_minor) filter (where p.account = 'receivable' and e.fact in ('invoice_issued', 'receivable_taken_over', 'retention_released', 'late_charged', 'late_charge_withdrawn')), 0) as owed,
            coalesce(sum(p.amount_minor) filter (where p.account = 'receivable'), 0) as open,
            coalesce(sum(p.amount_minor) filter (where p.account = 'receivable' and e.fact = 'retention_released'), 0) as released,
            max(e.due_on) as released_due_on,
            coalesce(sum(p.amount_minor) filter (where p.account = 'bad_debt'), 0) as written_off,
            coalesce(sum(p.amount_minor) filter (where p.account = 'retention_receivable'), 0) as retained
       from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
      where e.tenant_id = i.tenant_id and e.invoice_id = i.id) s
   where i.id = ? and i.issued_on is not null`;
