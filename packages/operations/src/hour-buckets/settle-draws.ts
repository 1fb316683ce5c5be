import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** Gives back the hours that drafts reserved, and makes the time they covered unbilled again. */
export async function releaseDraws(tx: TenantTx, invoiceIds: readonly InvoiceId[]): Promise<void> {
  const claimIds = await settle(tx, invoiceIds, "released");
  if (claimIds.length === 0) return;
  await query(tx, "update claims set released_at = now() where id = any(?)", [claimIds]);
}

/** Makes final what drafts reserved: their invoices are issued. */
export async function consumeDraws(tx: TenantTx, invoiceIds: readonly InvoiceId[]): Promise<void> {
  await settle(tx, invoiceIds, "consumed");
}

/** Buckets are locked in the order of their ids, against deadlocks. */
async function settle(tx: TenantTx, invoiceIds: readonly InvoiceId[], state: "released" | "consumed") {
  const reserved = "invoice_id = any(?) and state = 'reserved'";
  await query(
    tx,
    `select 1 from hour_buckets where id in (select bucket_id from bucket_draws where ${reserved}) order by id for update`,
    [invoiceIds],
  );
  const rows = await query<{ claim_id: string }>(
    tx,
    `update bucket_draws set state = ? where ${reserved} returning claim_id`,
    [state, invoiceIds],
  );
  return rows.map(({ claim_id: claimId }) => claimId);
}
