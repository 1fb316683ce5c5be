import { documentWire } from "@plumbline/contract/invoice";
import { findDocument as documentOf } from "@plumbline/operations/documents/find-document";
import { download } from "../../route.ts";
import { invoiceParams } from "./invoice-params.ts";

const mediaTypes = { pdf: "application/pdf", html: "text/html" } as const;

export const findDocument = download({
  path: "/v1/invoices/:invoiceId/documents/:format",
  summary: "Get an issued invoice as a document",
  needs: "invoice.read",
  params: invoiceParams.extend(documentWire.pick({ format: true }).shape),
  mediaTypes: Object.values(mediaTypes),
  problems: ["invoice-not-found", "document-not-found"],
  handle: async ({ scope, params, storage }) => {
    const { number, hash, storageKey } = await documentOf(scope, params);
    return {
      mediaType: mediaTypes[params.format],
      // Numbers may hold slashes, which no file name can.
      fileName: `${number.replace(/[^\w.-]+/g, "-")}.${params.format}`,
      hash,
      bytes: await storage.get(storageKey),
    };
  },
});
