import type { TestDatabase } from "./database.ts";

/** Makes an issued invoice a document that gives what it asked for: its sums and what is booked of them are turned round. */
export async function asCreditNote({ admin }: Pick<TestDatabase, "admin">, invoiceId: string): Promise<void> {
  await admin.query("set session_replication_role = replica");
  await admin.query(
    `with turned as (
       update invoices set net_minor = -net_minor, tax_minor = -tax_minor, total_minor = -total_minor where id = $1)
     update ledger_postings p set amount_minor = -p.amount_minor from ledger_entries e
      where e.tenant_id = p.tenant_id and e.id = p.entry_id and e.invoice_id = $1`,
    [invoiceId],
  );
  await admin.query("reset session_replication_role");
}
