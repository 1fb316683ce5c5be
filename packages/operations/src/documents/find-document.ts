import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { DocumentFormat } from "./plan-documents.ts";

type KeptDocument = { readonly number: string; readonly hash: string; readonly storageKey: string };

/**
 * Where a document of an invoice is kept, and under which number people know it.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `document-not-found`
 */
export async function findDocument(
  scope: Scope,
  input: { readonly invoiceId: InvoiceId; readonly format: DocumentFormat },
): Promise<KeptDocument> {
  demand(scope, "invoice.read");
  const { invoiceId, format } = input;
  const [row] = await query<KeptDocument | { readonly hash: null }>(
    scope.tx,
    `select i.number_text as number, d.hash, d.storage_key as "storageKey" from invoices i
       left join documents d on d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.format = ?
      where i.id = ?`,
    [format, invoiceId],
  );
  if (row === undefined) throw new Problem("invoice-not-found");
  if (row.hash === null) throw new Problem("document-not-found");
  return row;
}
