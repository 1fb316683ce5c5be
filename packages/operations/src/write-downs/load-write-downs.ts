import type { InvoiceId } from "@plumbline/domain/id";
import type { WriteDown } from "@plumbline/domain/rating/write-down";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** Of decisions named `d`: what drafting asks of one, as JSON. Always in one order, so that what is kept of it compares equal. */
export const writeDownJson = `jsonb_build_object(
  'kind', d.kind, 'basisPoints', d.share_bp, 'amountMinor', d.amount_minor::text, 'wording', d.wording,
  'work', (select jsonb_agg(jsonb_build_array(w.work_item_id, w.share) order by w.work_item_id, w.share)
             from write_down_work w where w.tenant_id = d.tenant_id and w.write_down_id = d.id))`;

/** What was decided about work on an invoice and was not withdrawn, in the order of the decisions. */
export async function loadWriteDowns(tx: TenantTx, invoiceId: InvoiceId): Promise<WriteDown[]> {
  const rows = await query<{ id: string; said: Omit<WriteDown, "id"> }>(
    tx,
    `select d.id, jsonb_strip_nulls(${writeDownJson}) as said from write_downs d where d.invoice_id = ? and d.withdrawn_at is null order by d.id`,
    [invoiceId],
  );
  return rows.map(({ id, said }) => ({ id, ...said }));
}
