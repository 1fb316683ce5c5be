import { freePartsSql } from "../splits/free-parts.ts";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/**
 * Brings open exceptions to what still waits: counts the work that an exception holds and nobody claimed, corrected or
 * rejected since, and closes those that hold nothing any more. What only informs closes when a newer run did not find
 * it again.
 */
export async function closeSettledExceptions(scope: Scope): Promise<void> {
  await query(
    scope.tx,
    `with waiting as (
       select i.exception_id as id, count(*)::int as entries, sum(w.minutes - taken.minutes) as minutes, sum(i.amount_minor) as amount
         from exceptions x
         join exception_items i on i.tenant_id = x.tenant_id and i.exception_id = x.id
         join work_items w on w.tenant_id = i.tenant_id and w.id = i.work_item_id and w.version = i.work_item_version
        cross join lateral (
          select coalesce(sum(c.minutes), 0)::int as minutes, sum(coalesce(c.amount_minor, v.amount_minor)) filter (where c.part = 0) as minor,
                 coalesce(bool_or(not c.partial and c.work_item_version = w.version) or bool_or(c.part > 0) and w.minutes is null and not exists (
                   select 1 from (${freePartsSql}) f where f.tenant_id = w.tenant_id and f.work_item_id = w.id), false) as whole
            from claims c
            join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
           where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null) taken
        where x.state = 'open' and w.current and w.status <> 'rejected'
          and not taken.whole and (w.minutes > taken.minutes or w.minutes is null and taken.minor is distinct from w.amount_minor)
        group by i.exception_id)
     update exceptions x
        set entries = coalesce(w.entries, 0), minutes = coalesce(w.minutes, 0), amount_minor = w.amount,
            state = case when w.id is null then 'resolved' else 'open' end,
            closed_at = case when w.id is null then now() end
       from exceptions o left join waiting w on w.id = o.id
      where o.tenant_id = x.tenant_id and o.id = x.id and x.state = 'open' and x.severity = 'block' and x.invoice_id is null`,
  );
  await query(
    scope.tx,
    `update exceptions set state = 'resolved', closed_at = now()
      where state = 'open' and invoice_id is null and severity <> 'block'
        and billing_run_id <> (select id from billing_runs order by created_at desc, id desc limit 1)`,
  );
}

/** Closes what stands against invoices that are issued or given up: nothing waits for it any more. */
export async function closeInvoiceExceptions(tx: TenantTx, invoiceIds: readonly InvoiceId[]): Promise<void> {
  await query(
    tx,
    "update exceptions set state = 'resolved', closed_at = now() where invoice_id = any(?) and state = 'open'",
    [invoiceIds],
  );
}
