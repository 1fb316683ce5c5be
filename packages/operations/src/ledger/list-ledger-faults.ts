import type { LedgerFaultWire } from "@plumbline/contract/ledger";
import { minorToWire } from "@plumbline/contract/scalar";
import { accountOf, residualKinds } from "@plumbline/domain/receivable/residual";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = {
  readonly fault: LedgerFaultWire["fault"];
  readonly subject_id: string;
  readonly currency: string;
  readonly difference: string;
};

/**
 * Holds the ledger against itself and against the invoices: entries that do not balance, issued invoices that were not
 * booked, invoices that owe something else than they say, and those where what is open is not what was owed less what was
 * applied and given up. There are none unless somebody got past the database.
 *
 * @throws Problem `permission-missing`
 */
export async function listLedgerFaults(scope: Scope): Promise<readonly LedgerFaultWire[]> {
  demand(scope, "receivable.read");
  const rows = await query<Row>(
    scope.tx,
    `${unbalancedSql} union all ${invoicesSql} union all ${openSql} order by fault, subject_id`,
    [settling],
  );
  return rows.map(({ fault, subject_id: subjectId, currency, difference }) => ({
    fault,
    subjectId,
    difference: minorToWire(difference, currency),
  }));
}

const settling = residualKinds.filter((kind) => accountOf(kind) !== undefined);

const unbalancedSql = `
  select 'unbalanced' as fault, e.id as subject_id, e.currency, sum(p.amount_minor) as difference
    from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
   group by e.id, e.currency having sum(p.amount_minor) <> 0`;

const invoicesSql = `
  select case when b.booked is null then 'not_booked' else 'receivable_differs' end as fault, i.id as subject_id, i.currency,
         coalesce(b.booked, 0) - coalesce(i.opening_minor, i.total_minor) as difference
    from invoices i
    left join (
      select e.invoice_id,
             coalesce(sum(p.amount_minor) filter (where p.account in ('receivable', 'retention_receivable')), 0) as booked
        from ledger_entries e left join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.fact in ('invoice_issued', 'receivable_taken_over') group by e.invoice_id) b on b.invoice_id = i.id
   where i.issued_on is not null and b.booked is distinct from coalesce(i.opening_minor, i.total_minor)`;

const openSql = `
  select 'open_differs' as fault, b.invoice_id as subject_id, b.currency, b.open - b.owed - b.released + b.given_up + coalesce(a.applied, 0) as difference
    from (
      select e.invoice_id, e.currency, coalesce(sum(p.amount_minor) filter (where p.account = 'receivable'), 0) as open,
             coalesce(sum(p.amount_minor) filter (where p.account = 'receivable' and e.fact in ('invoice_issued', 'receivable_taken_over')), 0) as owed,
             coalesce(sum(p.amount_minor) filter (where p.account = 'receivable' and e.fact in ('credit_released', 'retention_released', 'late_charged', 'late_charge_withdrawn')), 0) as released,
             coalesce(sum(p.amount_minor) filter (where p.account = 'bad_debt'), 0) as given_up
        from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       where e.invoice_id is not null group by e.invoice_id, e.currency) b
    left join (
      select x.invoice_id,
             sum(x.amount_minor + case when x.residual_kind = any(?) then x.residual_minor else 0 end) as applied
        from payment_applications x
       where not exists (select 1 from ledger_entries r where r.tenant_id = x.tenant_id and r.reverses = x.entry_id)
       group by x.invoice_id) a on a.invoice_id = b.invoice_id
   where b.open <> b.owed + b.released - b.given_up - coalesce(a.applied, 0)`;
