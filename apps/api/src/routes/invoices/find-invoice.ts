import { invoiceWire } from "@plumbline/contract/invoice";
import { findInvoice as invoiceOf } from "@plumbline/operations/invoices/find-invoice";
import { read } from "../../route.ts";
import { invoiceParams } from "./invoice-params.ts";

export const findInvoice = read({
  path: "/v1/invoices/:invoiceId",
  summary: "See an invoice with its lines, reasons, checks and the moves you can make",
  needs: "invoice.read",
  params: invoiceParams,
  answers: invoiceWire,
  problems: ["invoice-not-found"],
  etag: ({ version }) => version,
  // Exceptions, moves and documents come and go without a new version.
  tagOnly: true,
  handle: async ({ scope, params }) => invoiceOf(scope, params),
});
