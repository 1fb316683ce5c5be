import { z } from "zod";
import { invoiceFilter, invoiceSummary } from "@plumbline/contract/invoice";
import { pageOf } from "@plumbline/contract/page";
import { listInvoices as invoicesOf } from "@plumbline/operations/invoices/list-invoices";
import { read } from "../../route.ts";

export const listInvoices = read({
  path: "/v1/invoices",
  summary: "List invoices: newest first, or what waits longest first where a filter asks for what waits",
  needs: "invoice.read",
  query: z.strictObject(invoiceFilter),
  answers: pageOf(invoiceSummary),
  problems: [],
  handle: async ({ scope, query }) => invoicesOf(scope, query),
});
