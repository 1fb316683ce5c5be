import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { WorkItemId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { billedOtherwiseSql } from "../work/billed-edits.ts";
import type { Overbilled } from "./overbilled.ts";

type Row = Omit<Overbilled, "kind" | "words" | "ask"> & {
  readonly worker: string;
  readonly workedOn: LocalDate;
  readonly minutes: number;
  readonly version: number;
  readonly billedVersion: number;
  readonly billedMinutes: number;
};

/** Time that issued invoices bill for more, or otherwise, than it is now. */
export async function findOverbilledTime(scope: Scope): Promise<readonly Overbilled[]> {
  const edited = await query<{ id: WorkItemId }>(
    scope.tx,
    "select distinct work_item_id as id from billed_edits where billed_minor is null and settled_at is null",
  );
  if (edited.length === 0) return [];
  const ids = edited.map(({ id }) => id);
  const rows = await query<Row>(scope.tx, overbilledSql, [ids, ids, ids]);
  return rows.map(({ worker, workedOn, minutes, version, billedVersion, billedMinutes, ...row }) => ({
    ...row,
    kind: "time",
    words: `${worker}, ${workedOn}: version ${billedVersion} billed ${billedMinutes} min, version ${version} has ${minutes} min`,
  }));
}

/**
 * Edits after billing are few, and named: joined with all work there is they would take longer than billing it. The latest work
 * gives back first. Where terms round, raise or lower hours by how many there are, a difference in minutes is not
 * one in money, and all of the entry is billed anew.
 */
const overbilledSql = `
  with edited as (
    select w.tenant_id, w.id, w.version, w.minutes, w.engagement_id, t.worker_id, ${billedOtherwiseSql} as otherwise,
           exists (select 1 from engagement_terms g
                    where g.tenant_id = w.tenant_id and g.engagement_id = w.engagement_id and g.known_to is null
                      and ((g.terms #>> '{time,increment,minutes}')::int > 1 or g.terms #> '{time,overtime}' is not null
                        or g.terms #> '{time,tiers}' is not null)) as counted
      from billed_edits b
      join work_items w on w.tenant_id = b.tenant_id and w.id = b.work_item_id and w.version = b.version
      join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
     where w.id = any(?) and t.id = any(?) and w.current and w.status = 'approved'
       and not exists (
         select 1 from credit_work k
           join invoice_lines l on l.tenant_id = k.tenant_id and l.id = k.line_id
           join invoices n on n.tenant_id = l.tenant_id and n.id = l.invoice_id
          where k.tenant_id = w.tenant_id and k.work_item_id = w.id and n.number is null and n.stage <> 'discarded')),
  held as (
    select e.*, c.id as claim_id, c.line_id, c.share, c.work_item_version, c.minutes as claimed, c.billed_minutes as billed,
           i.id as invoice_id, i.number_text, i.number, i.currency, l.position,
           (select sum(a.minutes) from claims a
              left join invoice_lines al on al.tenant_id = a.tenant_id and al.id = a.line_id
              left join invoices ai on ai.tenant_id = al.tenant_id and ai.id = al.invoice_id
             where a.tenant_id = e.tenant_id and a.work_item_id = e.id and a.released_at is null
               and (al.id is null or ai.number is not null)) as taken
      from edited e
      join claims c on c.tenant_id = e.tenant_id and c.work_item_id = e.id and c.released_at is null
      join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
      join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
     where c.work_item_id = any(?)),
  due as (
    select h.*, h.otherwise or h.taken > h.minutes and h.counted as anew,
           h.taken - h.minutes - coalesce(sum(h.claimed) over (
             partition by h.id order by h.number desc, h.position desc, h.share desc rows between unbounded preceding and 1 preceding), 0) as excess
      from held h
     where h.otherwise or h.taken > h.minutes)
  select d.id, d.invoice_id as "invoiceId", d.number_text as number, d.currency, d.position, p.name as worker, v.worked_on as "workedOn",
         d.minutes, d.version, max(d.work_item_version) as "billedVersion",
         (sum(sum(d.billed)) over (partition by d.id, d.invoice_id))::int as "billedMinutes", d.anew,
         sum(case when d.anew then d.billed else least(d.billed, d.excess) end)::int as back
    from due d
    join workers p on p.tenant_id = d.tenant_id and p.id = d.worker_id
    join work_items v on v.tenant_id = d.tenant_id and v.id = d.id and v.version = d.work_item_version
   where (d.anew and d.billed > 0) or d.excess > 0
   group by d.id, d.invoice_id, d.number_text, d.number, d.currency, d.position, p.name, v.worked_on, d.minutes, d.version, d.anew
   order by d.number, d.position, d.id`;
