import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { billedOtherwiseSql } from "./billed-edits.ts";
import { editedCostsSql } from "./edited-costs.ts";

/**
 * Marks edits after billing of which nothing is too much any more: a later version counts, or issued invoices bill no more than it says and
 * not otherwise. What is not approved may be so again tomorrow and stays open. No run looks at what is settled; the rest of an entry that
 * became more is due however that is.
 */
export async function settleBilledEdits(scope: Scope): Promise<void> {
  await query(scope.tx, settleTimeSql);
  await query(scope.tx, settleCostsSql);
}

const settleTimeSql = `
  update billed_edits e set settled_at = now()
    from billed_edits b
    join work_items w on w.tenant_id = b.tenant_id and w.id = b.work_item_id and w.current
    join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
   cross join lateral (
     select coalesce(sum(c.minutes), 0) as minutes from claims c
       join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
       join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
      where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) held
   where b.settled_at is null and e.work_item_id = b.work_item_id and e.version = b.version
     and (w.version <> b.version or w.status = 'approved' and held.minutes <= w.minutes and not ${billedOtherwiseSql})`;

const settleCostsSql = `
  update billed_edits e set settled_at = now()
    from billed_edits b
    join work_items w on w.tenant_id = b.tenant_id and w.id = b.work_item_id and w.current
    left join (select c.tenant_id, c.id, bool_or(c.otherwise) as otherwise, sum(c.taken) filter (where c.number is not null) as taken
                 from (${editedCostsSql} and b.settled_at is null) c group by 1, 2) held on held.tenant_id = w.tenant_id and held.id = w.id
   where b.settled_at is null and b.billed_minor is not null and e.work_item_id = b.work_item_id and e.version = b.version
     and (w.version <> b.version
       or w.status = 'approved' and not coalesce(held.otherwise, false) and coalesce(held.taken, 0) <= w.amount_minor)`;
