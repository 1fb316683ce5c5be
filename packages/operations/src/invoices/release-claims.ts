import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** Makes the work of these invoices unbilled again. The database refuses it once an invoice is issued. */
export async function releaseClaims(tx: TenantTx, invoiceIds: readonly InvoiceId[]): Promise<void> {
  await query(
    tx,
    `update claims c set released_at = now() from invoice_lines l
      where l.tenant_id = c.tenant_id and l.id = c.line_id and c.released_at is null and l.invoice_id = any(?)`,
    [invoiceIds],
  );
}
