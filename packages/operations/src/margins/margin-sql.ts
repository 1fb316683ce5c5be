import type { MarginSubject } from "@plumbline/contract/margin";

const subjects: Readonly<Record<MarginSubject, string>> = {
  engagement: "w.engagement_id",
  client: "e.client_id",
  worker: "t.worker_id",
};

/**
 * Approved work of the days between two values, with whose it is and what it cost: time by the cost of the person on that day, or
 * else of the grade it was done in; expenses and disbursements by what was spent. A cost in another currency is not known.
 */
export const workSql = (by: MarginSubject): string => `
  select w.tenant_id, w.id, ${subjects[by]} as subject_id, e.currency, case when w.kind = 'time' then w.minutes end as minutes, k.cost_minor,
         case when w.kind in ('expense', 'disbursement') and w.currency = e.currency then w.amount_minor end as spent_minor,
         w.kind in ('expense', 'disbursement') and w.currency <> e.currency as elsewhere
    from work_items w
    join engagements e on e.tenant_id = w.tenant_id and e.id = w.engagement_id
    left join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
    left join lateral (
      select g.role from worker_grades g
       where g.tenant_id = t.tenant_id and g.worker_id = t.worker_id and g.effective_from <= w.worked_on
       order by g.effective_from desc limit 1) g on true
    left join lateral (
      select c.cost_minor from cost_rates c
       where c.tenant_id = w.tenant_id and c.known_to is null and c.currency = e.currency
         and (c.worker_id = t.worker_id or c.grade = coalesce(nullif(t.role, ''), g.role))
         and c.effective_from <= w.worked_on and (c.effective_to is null or w.worked_on < c.effective_to)
       order by c.worker_id nulls last, c.effective_from desc limit 1) k on true
   where w.current and w.status = 'approved' and w.worked_on >= ? and w.worked_on < ? and ${subjects[by]} is not null`;

/**
 * What issued invoices ask for `work`: each piece of it by its part of the line's minutes as it was drafted, or all of a line that
 * has none. What was credited to be billed anew is not asked for, and its worth is on the next invoice; what was conceded is
 * taken off. Both are shared by the pieces as the line is.
 */
export const billedSql = `
  select k.subject_id, k.currency, round(sum((l.net_minor - l.adjusted_minor) * (1 - b.anew) * s.part)) as standard,
         round(sum((l.net_minor + l.spread_minor + b.freed) * s.part)) as asked, round(sum(b.conceded * s.part)) as conceded
    from work k
    join claims c on c.tenant_id = k.tenant_id and c.work_item_id = k.id and c.kept_of is null
    join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
    join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.content_version = l.content_version
     and i.number is not null and i.kind = 'invoice'
   cross join lateral (
     select count(*) as pieces from claims o where o.tenant_id = l.tenant_id and o.line_id = l.id and o.kept_of is null) o
   cross join lateral (
     select coalesce(sum(x.quantity) filter (where x.treatment = 'rebillable') / nullif(l.quantity, 0), 0) as anew,
            coalesce(sum(n.net_minor) filter (where x.treatment = 'rebillable'), 0) as freed,
            coalesce(sum(n.net_minor) filter (where x.treatment = 'concession'), 0) as conceded
       from credit_lines x
       join invoice_lines n on n.tenant_id = x.tenant_id and n.id = x.line_id
       join invoices d on d.tenant_id = n.tenant_id and d.id = n.invoice_id and d.number is not null
      where x.tenant_id = l.tenant_id and x.corrected_line_id = l.id) b
   cross join lateral (
     select case when l.minutes <> 0 then c.billed_minutes::numeric / l.minutes else 1 / o.pieces::numeric end as part) s
   group by k.subject_id, k.currency`;
