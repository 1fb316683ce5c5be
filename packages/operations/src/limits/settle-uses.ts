import type { InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** Gives back what drafts reserved, in the order of the limits, against deadlocks. */
export const releaseUses = (tx: TenantTx, invoiceIds: readonly InvoiceId[]): Promise<unknown> =>
  settle(tx, invoiceIds, "released");

/** Makes what drafts reserved final: their invoices are issued. */
export const consumeUses = (tx: TenantTx, invoiceIds: readonly InvoiceId[]): Promise<unknown> =>
  settle(tx, invoiceIds, "consumed");

const settle = (tx: TenantTx, invoiceIds: readonly InvoiceId[], state: "released" | "consumed") =>
  query(
    tx,
    `with mine as (
       select u.tenant_id, u.id from limit_uses u join limits l on l.tenant_id = u.tenant_id and l.id = u.limit_id
        where u.invoice_id = any(?) and u.state = 'reserved' order by l.id for update of l)
     update limit_uses u set state = ? from mine where u.tenant_id = mine.tenant_id and u.id = mine.id`,
    [invoiceIds, state],
  );
