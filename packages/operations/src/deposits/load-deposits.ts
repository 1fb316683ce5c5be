import type { OpenDeposit } from "@plumbline/domain/deposit/deduct-deposits";
import type { ClientId, EngagementId, InvoiceId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

type Deposits = ReadonlyMap<EngagementId, readonly OpenDeposit[]>;

/** As the database gives it. */
export type DepositRow = Omit<OpenDeposit, "leftMinor"> & { readonly leftMinor: string };

/**
 * Issued deposits of which something is left, oldest first.
 *
 * @param revised what this invoice deducts counts as left
 */
export const loadDeposits = (tx: TenantTx, revised: InvoiceId | undefined): Promise<DepositRow[]> =>
  query<DepositRow>(tx, `select * from (${openSql}) o where o."leftMinor" <> '0' order by o."issuedOn", o.id`, [
    revised ?? null,
  ]);

/**
 * Locks the deposits of clients until the transaction ends, and says what is left of them: whoever deducts or credits them at
 * the same time waits. In id order, against deadlocks.
 */
export async function lockDeposits(tx: TenantTx, clientIds: readonly ClientId[]): Promise<Deposits> {
  await query(
    tx,
    `select d.id from invoices d where d.kind = 'deposit' and d.number is not null and d.client_id = any(?)
      order by d.id for no key update`,
    [clientIds],
  );
  const rows = await query<DepositRow>(
    tx,
    `select o.* from (${openSql}) o join engagements e on e.id = o."engagementId"
      where o."leftMinor" <> '0' and e.client_id = any(?) order by o."issuedOn", o.id`,
    [null, clientIds],
  );
  return depositsOf(rows);
}

/** A deposit is for one engagement, at one rate of tax, and pays for it as long as the same payer has it. */
const openSql = `
  select d.id, l.engagement_id as "engagementId", d.number_text as number, d.issued_on as "issuedOn", l.tax_category as category,
         l.tax_bp as "basisPoints",
         (app.deposit_left(d.tenant_id, d.id) - coalesce((
           select sum(n.net_minor) from invoice_lines n
             join invoices i on i.tenant_id = n.tenant_id and i.id = n.invoice_id and i.content_version = n.content_version
            where n.tenant_id = d.tenant_id and n.deducts = d.id and n.invoice_id = ?), 0))::text as "leftMinor"
    from invoices d
    join invoice_lines l on l.tenant_id = d.tenant_id and l.invoice_id = d.id and l.content_version = d.content_version
    join engagements e on e.tenant_id = l.tenant_id and e.id = l.engagement_id
     and (e.payer_id, e.legal_entity_id, e.currency) = (d.payer_id, d.legal_entity_id, d.currency)
   where d.kind = 'deposit' and d.number is not null`;

export const depositsOf = (rows: readonly DepositRow[]): Deposits =>
  Map.groupBy(
    rows.map(({ leftMinor, ...row }) => ({ ...row, leftMinor: BigInt(leftMinor) })),
    ({ engagementId }) => engagementId,
  );

export const toDepositRow = ({ leftMinor, ...deposit }: OpenDeposit): DepositRow => ({
  ...deposit,
  leftMinor: String(leftMinor),
});
