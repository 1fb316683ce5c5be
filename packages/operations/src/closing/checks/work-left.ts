import { heldCostsSql } from "../../work/edited-costs.ts";
import { freePartsSql } from "../../splits/free-parts.ts";

/**
 * Approved work up to the end of the month that no claim holds whole: what an exception names is held, the rest unbilled. Time
 * has no amount before it is rated.
 */
export const workLeftSql = `
  select case when exists (
                select 1 from exception_items x join exceptions e on e.tenant_id = x.tenant_id and e.id = x.exception_id
                 where x.tenant_id = w.tenant_id and x.work_item_id = w.id and x.work_item_version = w.version and e.state = 'open')
              then 'work_held' else 'unbilled_work' end as item, w.id, w.currency,
         w.amount_minor - coalesce(h.minor, 0) as minor
    from asked a
    join engagements g on g.legal_entity_id = a.entity
    join work_items w on w.tenant_id = g.tenant_id and w.engagement_id = g.id
     and w.current and w.status = 'approved' and w.worked_on < a.next_day
    left join (${heldCostsSql}) h on h.tenant_id = w.tenant_id and h.id = w.id
   cross join lateral (
     select count(*) as claims, coalesce(sum(c.minutes), 0) as minutes from claims c
      where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) taken
   where case when w.kind = 'time' then taken.minutes < w.minutes else taken.claims = 0 or h.minor < w.amount_minor end
      or exists (select 1 from (${freePartsSql}) f where f.tenant_id = w.tenant_id and f.work_item_id = w.id)`;
