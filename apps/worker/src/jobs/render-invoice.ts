import { events } from "@plumbline/contract/events";
import { type InvoicePage, renderInvoiceHtml } from "@plumbline/documents/html/render-invoice-html";
import { toInvoiceView } from "@plumbline/documents/invoice/to-invoice-view";
import type { PdfRenderer } from "@plumbline/documents/pdf/open-pdf-renderer";
import type { InvoiceId } from "@plumbline/domain/id";
import { type DocumentFormat, planDocuments } from "@plumbline/operations/documents/plan-documents";
import { recordDocument } from "@plumbline/operations/documents/record-document";
import { sha256 } from "@plumbline/platform/hash";
import type { Storage } from "@plumbline/platform/storage";
import { job } from "../job.ts";

export type RenderingTools = {
  readonly renderer: PdfRenderer;
  readonly page: InvoicePage;
  readonly storage: Storage;
};

/**
 * Makes the documents of an issued invoice from its frozen snapshot, once. Safe to run twice: the same snapshot gives
 * the same bytes, which are kept under the same key, and what is recorded is not rendered again.
 */
export const renderInvoice = ({ renderer, page, storage }: RenderingTools) =>
  job({
    name: "render-invoice",
    lane: "documents",
    actor: "document-renderer",
    event: events["invoice.issued"],
    attempts: 8,
    async run(_, { inScope, subjectId }) {
      const invoiceId = subjectId as InvoiceId; // The event's subject is an invoice: its name says so.
      const plan = await inScope((scope) => planDocuments(scope, { invoiceId }));
      if (!plan) return;
      const view = toInvoiceView(plan.snapshot);
      const createdAt = new Date(`${plan.snapshot.issuedOn}T00:00:00Z`);
      const render: Readonly<Record<DocumentFormat, () => Promise<Uint8Array>>> = {
        pdf: () => renderer.render(view, { createdAt }),
        html: async () => Buffer.from(renderInvoiceHtml(view, page)),
      };
      for (const format of plan.formats) {
        // Outside any transaction: typesetting takes its time.
        const bytes = await render[format]();
        const hash = sha256(bytes);
        const storageKey = plan.keyOf(format, hash);
        await storage.put(storageKey, bytes);
        await inScope((scope) => recordDocument(scope, { invoiceId, format, hash, bytes: bytes.length, storageKey }));
      }
    },
  });
