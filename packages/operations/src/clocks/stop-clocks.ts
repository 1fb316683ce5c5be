import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** Stops what waits for something of invoices that came about without a move of theirs. */
export async function stopClocks(
  tx: TenantTx,
  { invoiceIds, wait }: { readonly invoiceIds: readonly InvoiceId[]; readonly wait: string },
): Promise<void> {
  await query(
    tx,
    `update clocks set stopped_at = now(), next_at = case when due_at is null then now() end
      where invoice_id = any(?) and wait = ? and stopped_at is null`,
    [invoiceIds, wait],
  );
}
