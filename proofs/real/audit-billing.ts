import type pg from "pg";
import { gapsIn } from "@plumbline/domain/numbering/gaps-in";

/**
 * Recomputes every issued invoice from the work, the grades and the rates alone, in SQL that shares nothing with the
 * engine: no line, no claim's minutes, no stored price.
 */
export async function auditBilling(admin: pg.Client, tenantId: string) {
  const { rows } = await admin.query<Record<"invoices" | "lines_off" | "recomputed_off" | "recomputed", string>>(sql, [
    tenantId,
  ]);
  const numbers = await admin.query<{ numbers: string[] }>(
    "select array_agg(number order by number) as numbers from invoices where tenant_id = $1 and number is not null group by series_id",
    [tenantId],
  );
  const row = rows[0];
  return {
    invoices: Number(row?.invoices),
    invoicesOffTheirLines: Number(row?.lines_off),
    invoicesOffTheRecomputation: Number(row?.recomputed_off),
    recomputedMinor: Number(row?.recomputed ?? 0),
    gaps: numbers.rows.reduce((sum, series) => sum + gapsIn(series.numbers.map(Number)).length, 0),
  };
}

const sql = `
  with billed as (
    select l.invoice_id, w.project_id, coalesce(t.task, '') as task, w.minutes,
           coalesce(t.role, (select g.role from worker_grades g where g.tenant_id = w.tenant_id and g.worker_id = t.worker_id
                               and g.effective_from <= w.worked_on order by g.effective_from desc limit 1)) as role, w.worked_on
      from claims c
      join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
      join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
      join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
     where c.tenant_id = $1 and c.released_at is null),
  priced as (
    select b.*, (select r.price_minor from rates r where r.tenant_id = $1 and r.role = b.role and r.known_to is null
                   and r.effective_from <= b.worked_on and (r.effective_to is null or r.effective_to > b.worked_on)
                  order by r.effective_from desc limit 1) as price
      from billed b),
  recomputed as (
    select invoice_id, sum(net) as net from (
      select invoice_id, floor((sum(minutes) * price * 2 + 60) / 120) as net
        from priced group by invoice_id, project_id, task, role, price) line group by invoice_id),
  issued as (
    select i.*, (select sum(l.net_minor) from invoice_lines l
                  where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version) as lines_net
      from invoices i where i.tenant_id = $1 and i.stage <> 'discarded')
  select count(*) as invoices,
         count(*) filter (where lines_net is distinct from net_minor or net_minor + tax_minor <> total_minor) as lines_off,
         count(*) filter (where r.net is distinct from i.net_minor) as recomputed_off,
         sum(r.net) as recomputed
    from issued i left join recomputed r on r.invoice_id = i.id`;
