import { takenSharesSql } from "../splits/free-parts.ts";

const edited = `exists (
  select 1 from billed_edits b where b.tenant_id = c.tenant_id and b.work_item_id = c.work_item_id)`;

/**
 * Work that is taken in part: by a limit that divided its version, or, whatever the version (null then), because it was edited
 * after it was billed.
 */
export const partlyTakenSql = `(
  select c.tenant_id, c.work_item_id, c.work_item_version, sum(c.minutes)::int as minutes, max(c.share) + 1 as share
    from (${takenSharesSql(`c.partial and not ${edited}`)}) c group by 1, 2, 3
  union all
  select c.tenant_id, c.work_item_id, null, sum(c.minutes)::int, max(c.share) + 1
    from claims c where c.released_at is null and ${edited} group by 1, 2)`;
