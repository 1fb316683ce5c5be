/**
 * Parts of divided work that nobody took while others took theirs, as SQL: work is divided once, and what becomes free of it
 * belongs to who bore it. Where no part is taken any more, the work is whole again.
 */
export const freePartsSql = `
  select t.tenant_id, t.work_item_id, t.work_item_version, t.share, t.whole_minutes, p.split_id, p.position
    from (select distinct tenant_id, work_item_id, work_item_version, share, split_id, whole_minutes from claims
           where part > 0 and released_at is null) t
    join split_parts p on p.tenant_id = t.tenant_id and p.split_id = t.split_id
   where not exists (select 1 from claims c
                      where c.tenant_id = t.tenant_id and c.work_item_id = t.work_item_id and c.share = t.share
                        and c.part = p.position and c.released_at is null)`;

/**
 * Minutes of work that somebody took or has a part free of, by share: a share that is divided is taken for all its parts, however
 * little one of them bears.
 *
 * @param only a condition on a claim `c`
 */
export const takenSharesSql = (only: string): string => `
  select c.tenant_id, c.work_item_id, c.work_item_version, c.share,
         case when bool_or(c.part > 0) then max(c.whole_minutes) else sum(c.minutes) end as minutes
    from claims c where ${only} and c.released_at is null group by 1, 2, 3, 4`;
