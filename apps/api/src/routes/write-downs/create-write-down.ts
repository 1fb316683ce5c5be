import { invoiceSummary } from "@plumbline/contract/invoice";
import { writeDownInput } from "@plumbline/contract/write-down";
import { findInvoiceSummary } from "@plumbline/operations/invoices/invoice-summary";
import { writeDownLine } from "@plumbline/operations/write-downs/write-down-line";
import { write } from "../../route.ts";
import { invoiceParams } from "../invoices/invoice-params.ts";

export const createWriteDownRoute = write({
  path: "/v1/invoices/:invoiceId/write-downs",
  summary: "Ask less, or nothing, for a line before issue; the invoice is drafted anew and its approvals are void",
  needs: "invoice.write_down",
  params: invoiceParams,
  body: writeDownInput,
  answers: { status: 201, body: invoiceSummary },
  keep: "forever",
  conditional: true,
  etag: ({ version }) => version,
  problems: ["invoice-not-found", "invoice-move-refused", "write-down-refused", "revision-refused"],
  handle: async ({ scope, params, body, ifMatch }) => {
    await writeDownLine(scope, { ...params, ...body, ifVersion: ifMatch });
    return findInvoiceSummary(scope, params);
  },
});
