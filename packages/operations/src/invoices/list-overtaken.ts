import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** An invoice before issue that time has overtaken: what it bills changed, or more of its period was approved since. */
export type Overtaken = {
  readonly id: InvoiceId;
  readonly stage: InvoiceStage;
  readonly client: { readonly id: string; readonly name: string };
  /** Entries of its period that nobody bills and nothing holds. */
  readonly late: { readonly entries: number; readonly minutes: number };
  /** Entries on it that have a newer version, approved as well. */
  readonly edited: number;
  /** Entries on it whose approval was withdrawn. */
  readonly withdrawn: number;
};

/**
 * Lists invoices that time has overtaken before issue, the oldest first.
 *
 * @throws Problem `permission-missing`
 */
export async function listOvertaken(scope: Scope): Promise<readonly Overtaken[]> {
  demand(scope, "invoice.read");
  return query<Overtaken>(scope.tx, overtakenSql);
}

/** Late time belongs to the invoice of its period and project, or of its engagement where a line is about no project. */
const overtakenSql = `
  with open as (
    select i.tenant_id, i.id, i.stage, i.client_id, i.content_version, i.period_start, i.period_end, i.project_id
      from invoices i
     where i.kind = 'invoice' and i.stage in ('draft', 'validation_pending', 'manager_approved', 'finance_approved')),
  changed as (
    select o.id, count(distinct w.id) filter (where n.status = 'approved') as edited,
           count(distinct w.id) filter (where n.status <> 'approved') as withdrawn
      from open o
      join invoice_lines l on l.tenant_id = o.tenant_id and l.invoice_id = o.id and l.content_version = o.content_version
      join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.released_at is null
      join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
      join work_items n on n.tenant_id = w.tenant_id and n.id = w.id and n.current
     where not w.current or w.status <> 'approved'
     group by o.id),
  late as (
    select o.id, count(distinct w.id) as entries, sum(w.minutes) as minutes
      from open o
     cross join lateral (
       select distinct l.engagement_id from invoice_lines l
        where l.tenant_id = o.tenant_id and l.invoice_id = o.id and l.content_version = o.content_version) e
      join work_items w on w.tenant_id = o.tenant_id and w.engagement_id = e.engagement_id and w.current and w.kind = 'time'
       and w.status = 'approved' and w.worked_on >= o.period_start and w.worked_on < o.period_end
       and (o.project_id is null or w.project_id = o.project_id)
     where not exists (select 1 from claims c where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
       and not exists (
         select 1 from exception_items x join exceptions f on f.tenant_id = x.tenant_id and f.id = x.exception_id
          where x.tenant_id = w.tenant_id and x.work_item_id = w.id and x.work_item_version = w.version and f.state = 'open')
     group by o.id)
  select o.id, o.stage, jsonb_build_object('id', k.id, 'name', k.name) as client,
         jsonb_build_object('entries', coalesce(t.entries, 0), 'minutes', coalesce(t.minutes, 0)) as late,
         coalesce(c.edited, 0)::int as edited, coalesce(c.withdrawn, 0)::int as withdrawn
    from open o
    join clients k on k.tenant_id = o.tenant_id and k.id = o.client_id
    left join changed c on c.id = o.id
    left join late t on t.id = o.id
   where c.id is not null or t.id is not null
   order by o.id`;
