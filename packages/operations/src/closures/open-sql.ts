import { freePartsSql } from "../splits/free-parts.ts";
import { heldCostsSql } from "../work/edited-costs.ts";
import { standingSql } from "../checklists/standing.ts";

/**
 * What stands open of an engagement or a project on a day, each with an id, and its currency and amount where it has one. Time
 * has no amount before it is rated.
 */
const workSql = `
  select case when w.worked_on > a.day and w.kind = 'fee' then 'fee_to_come'
              when w.worked_on > a.day then 'work_after'
              when m.id is not null and m.accepted_on is null then 'milestones_not_reached'
              when w.status = 'submitted' then 'time_not_approved'
              when exists (
                select 1 from exception_items x join exceptions e on e.tenant_id = x.tenant_id and e.id = x.exception_id
                 where x.tenant_id = w.tenant_id and x.work_item_id = w.id and x.work_item_version = w.version and e.state = 'open')
              then 'work_held' else 'unbilled_work' end as item, w.id, w.currency,
         w.amount_minor - coalesce(h.minor, 0) as minor
    from asked a
    join work_items w on w.engagement_id = a.engagement and (a.project is null or w.project_id = a.project)
     and w.current and w.status <> 'rejected'
    left join milestones m on m.tenant_id = w.tenant_id and m.id = w.id and m.version = w.version
    left join (${heldCostsSql}) h on h.tenant_id = w.tenant_id and h.id = w.id
   cross join lateral (
     select count(*) as claims, coalesce(sum(c.minutes), 0) as minutes from claims c
      where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) taken
   where w.worked_on > a.day or case when w.kind = 'time' then taken.minutes < w.minutes else taken.claims = 0 or h.minor < w.amount_minor end
      or exists (select 1 from (${freePartsSql}) f where f.tenant_id = w.tenant_id and f.work_item_id = w.id)`;

/** A term that is not renewed ends by itself. */
const agreedSql = `
  select 'agreements_running' as item, r.id, null, null::bigint
    from asked a
    join recurring_agreements r on r.engagement_id = a.engagement and (a.project is null or r.project_id = a.project) and r.current
   where coalesce((r.terms ->> 'cancelledFrom')::date,
           case when r.terms ->> 'renews' = 'false'
                then ((r.terms ->> 'startsOn')::date + make_interval(months => (r.terms ->> 'termMonths')::int))::date end,
           'infinity') > a.day + 1
  union all
  select 'change_orders_unsigned', o.id, o.currency, o.amount_minor
    from asked a join change_orders o on o.engagement_id = a.engagement and a.project is null and o.state = 'draft'`;

/** What hangs on invoices of the engagement; of one that bills others too, all. */
const documentsSql = `
  select case when i.number is null then 'drafts_open' else 'retention_kept' end as item, i.id, i.currency,
         case when i.number is null then i.total_minor else kept.minor end as minor
    from asked a
    join invoices i on i.stage <> 'discarded' and exists (
      select 1 from invoice_lines l
       where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
         and l.engagement_id = a.engagement and (a.project is null or l.project_id = a.project))
   cross join lateral (
     select coalesce(sum(p.amount_minor), 0) as minor
       from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
      where e.tenant_id = i.tenant_id and e.invoice_id = i.id and p.account = 'retention_receivable') kept
   where i.number is null or kept.minor > 0`;

/** What is the engagement's as a whole; a project has none of its own. */
const aheadSql = `
  select 'deposits_not_deducted' as item, d.id, d.currency, app.deposit_left(d.tenant_id, d.id)
    from asked a join invoices d on d.engagement_id = a.engagement and d.kind = 'deposit' and d.number is not null
   where a.project is null and app.deposit_left(d.tenant_id, d.id) > 0
  union all
  select 'retainer_balance', y.id, y.currency, -sum(p.amount_minor)
    from asked a
    join payments y on y.engagement_id = a.engagement and a.project is null
    join ledger_entries e on e.tenant_id = y.tenant_id and e.payment_id = y.id
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'retainer_liability'
   group by y.id, y.currency having sum(p.amount_minor) <> 0
  union all
  select 'limits_reserved', u.limit_id, l.currency, case when l.measure = 'money' then sum(u.amount) end
    from asked a
    join limits l on l.engagement_id = a.engagement and (a.project is null or l.project_id = a.project)
    join limit_uses u on u.tenant_id = l.tenant_id and u.limit_id = l.id and u.state = 'reserved'
   group by u.limit_id, l.currency, l.measure
  union all
  select 'trust_balance', null, t.currency, sum(case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end)
    from asked a join trust_entries t on t.engagement_id = a.engagement and a.project is null
   group by t.currency having sum(case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end) <> 0
  union all
  select 'hours_left', b.id, null, null
    from asked a join hour_buckets b on b.engagement_id = a.engagement and a.project is null and b.used < b.minutes`;

export const openSql = standingSql("?::uuid as engagement, ?::uuid as project, ?::date as day", [
  workSql,
  agreedSql,
  documentsSql,
  aheadSql,
]);
