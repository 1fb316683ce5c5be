import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Refusal } from "../invoices/move-invoices.ts";

type Invoice = Parameters<Refusal>[0];
type Row = { readonly id: InvoiceId; readonly number: string; readonly issuedOn: LocalDate };

/** Says why invoices that deduct deposits cannot be issued on a day: a deposit is issued before what deducts it. */
export async function refuseDepositIssues(
  scope: Scope,
  invoices: readonly Invoice[],
  issuedOn: (invoice: Invoice) => LocalDate | undefined,
): Promise<Refusal> {
  const rows = await query<Row>(
    scope.tx,
    `select distinct on (i.id) i.id, d.number_text as number, d.issued_on as "issuedOn"
       from invoices i
       join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
       join invoices d on d.tenant_id = l.tenant_id and d.id = l.deducts
      where i.id = any(?) order by i.id, d.issued_on desc`,
    [invoices.map(({ id }) => id)],
  );
  const latest = new Map(rows.map((row) => [row.id, row]));
  return (invoice) => {
    const deposit = latest.get(invoice.id);
    const on = issuedOn(invoice);
    if (deposit === undefined || on === undefined || on >= deposit.issuedOn) return undefined;
    return new Problem("issue-date-refused", {
      detail: `Deposit ${deposit.number}, which it deducts, is dated ${deposit.issuedOn}.`,
    });
  };
}
