import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Closes exceptions whose work no longer waits: every item was claimed, corrected into another version, or rejected.
 * What only informs closes when its run is no longer the newest, since nothing waits for it.
 */
export async function closeSettledExceptions(scope: Scope): Promise<void> {
  await query(
    scope.tx,
    `
    update exceptions x set state = 'resolved', closed_at = now()
     where x.state = 'open' and x.invoice_id is null and x.severity = 'block' and not exists (
       select 1 from exception_items i
         join work_items w on w.tenant_id = i.tenant_id and w.id = i.work_item_id and w.version = i.work_item_version
        where i.tenant_id = x.tenant_id and i.exception_id = x.id and w.current and w.status <> 'rejected'
          and not exists (select 1 from claims c where c.tenant_id = w.tenant_id and c.work_item_id = w.id
                            and c.released_at is null))`,
  );
  await query(
    scope.tx,
    `
    update exceptions x set state = 'resolved', closed_at = now()
     where x.state = 'open' and x.invoice_id is null and x.severity <> 'block'
       and x.billing_run_id <> (select id from billing_runs order by created_at desc, id desc limit 1)`,
  );
}
