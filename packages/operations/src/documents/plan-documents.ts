import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceSnapshot } from "@plumbline/domain/invoice/snapshot";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Everything an issued invoice is handed out as. */
export const documentFormats = ["pdf", "html"] as const;
export type DocumentFormat = (typeof documentFormats)[number];

export type DocumentPlan = {
  readonly snapshot: InvoiceSnapshot;
  /** Formats that are not rendered yet. */
  readonly formats: readonly DocumentFormat[];
  /** Where the document with this hash is kept: named for people, made unique by its content. */
  readonly keyOf: (format: DocumentFormat, hash: string) => string;
};

/**
 * Says what is still to be rendered of an issued invoice; undefined when nothing is, so that a retry does nothing.
 *
 * @throws Problem `permission-missing`
 */
export async function planDocuments(
  scope: Scope,
  input: { readonly invoiceId: InvoiceId },
): Promise<DocumentPlan | undefined> {
  demand(scope, "document.render");
  const [row] = await query<{ snapshot: string; slug: string; formats: DocumentFormat[] }>(
    scope.tx,
    `select s.snapshot, t.slug, array(select format from documents d where d.invoice_id = s.invoice_id) as formats
       from invoice_snapshots s join tenants t on t.id = s.tenant_id where s.invoice_id = ?`,
    [input.invoiceId],
  );
  if (row === undefined) return undefined;
  const formats = documentFormats.filter((format) => !row.formats.includes(format));
  if (formats.length === 0) return undefined;
  const snapshot = JSON.parse(row.snapshot) as InvoiceSnapshot; // Written by saveSnapshots and never changed since.
  const name = snapshot.number.replace(/[^A-Za-z0-9._-]+/g, "-");
  return { snapshot, formats, keyOf: (format, hash) => `${row.slug}/${name}-${hash.slice(0, 12)}.${format}` };
}
