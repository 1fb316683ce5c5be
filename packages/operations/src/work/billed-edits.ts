import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Remembers of the current versions of work what was billed of earlier ones. */
export async function saveBilledEdits(scope: Scope, workItemIds: readonly string[]): Promise<void> {
  if (workItemIds.length === 0) return;
  await query(
    scope.tx,
    `insert into billed_edits (work_item_id, version, billed_version, billed_minutes, billed_minor, invoice_id)
     select w.id, w.version, (array_agg(c.work_item_version order by i.number desc, i.id, c.work_item_version desc))[1],
            sum(c.minutes), sum(coalesce(c.amount_minor, v.amount_minor)),
            (array_agg(i.id order by i.number desc, i.id, c.work_item_version desc))[1]
       from work_items w
       join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null
       join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
       join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
       join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.number is not null
      where w.current and w.id = any(?)
      group by w.id, w.version`,
    [workItemIds],
  );
}

/** What was billed of an earlier version of time that is named `w`; null when it was not edited since. With `earlierJoins`. */
export const earlierSql = `
  case when b.version is not null then jsonb_build_object(
    'version', b.billed_version, 'minutes', b.billed_minutes, 'number', bi.number_text, 'now', w.minutes) end`;
export const earlierJoins = `
  left join billed_edits b on b.tenant_id = w.tenant_id and b.work_item_id = w.id and b.version = w.version
  left join invoices bi on bi.tenant_id = b.tenant_id and bi.id = b.invoice_id`;

/**
 * Whether time named `w` and `t` would be billed otherwise than an earlier version was, and not only be more: on another day or
 * project, by another person, or as an entry that is rounded for itself. It is billed anew once a credit note took that back.
 */
export const billedOtherwiseSql = `exists (
  select 1 from claims c
    join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
    join time_entries u on u.tenant_id = v.tenant_id and u.id = v.id and u.version = v.version
   where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null and c.line_id is not null
     and ((v.project_id, v.worked_on, u.worker_id, u.role, u.task) is distinct from (w.project_id, w.worked_on, t.worker_id, t.role, t.task)
       or v.minutes <> w.minutes and exists (
         select 1 from engagement_terms g
          where g.tenant_id = w.tenant_id and g.engagement_id = w.engagement_id and g.known_to is null
            and (g.terms #>> '{time,increment,minutes}')::int > 1 and g.terms #>> '{time,increment,per}' = 'entry')))`;
