import type { InvoiceId } from "@plumbline/domain/id";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { stopClocks } from "../clocks/stop-clocks.ts";
import { type DocumentFormat, documentFormats } from "./plan-documents.ts";

/**
 * Records a document that is already kept. The first rendering of a format stands; a later one is ignored.
 *
 * @throws Problem `permission-missing`
 */
export async function recordDocument(
  scope: Scope,
  input: {
    readonly invoiceId: InvoiceId;
    readonly format: DocumentFormat;
    readonly hash: string;
    readonly bytes: number;
    readonly storageKey: string;
  },
): Promise<void> {
  demand(scope, "document.render");
  const recorded = await insertRows(
    scope.tx,
    "documents",
    [input],
    {
      id: ["uuid", () => scope.newId()],
      invoice_id: ["uuid", (document) => document.invoiceId],
      format: ["text", (document) => document.format],
      hash: ["text", (document) => document.hash],
      bytes: ["int", (document) => document.bytes],
      storage_key: ["text", (document) => document.storageKey],
    },
    { suffix: "on conflict (tenant_id, invoice_id, format) do nothing returning id" },
  );
  if (recorded.length === 0) return;
  const { invoiceId, format, hash } = input;
  const [made] = await query<{ all: boolean }>(
    scope.tx,
    "select count(*) = ? as all from documents where invoice_id = ?",
    [documentFormats.length, invoiceId],
  );
  if (made?.all === true) await stopClocks(scope.tx, { invoiceIds: [invoiceId], wait: "issued.documents" });
  await scope.emit([{ name: "invoice.document_rendered", subjectId: invoiceId, data: { format, hash } }]);
  await scope.audit([{ action: "invoice.document_rendered", subjectId: invoiceId, afterHash: hash }]);
}
