import { creditNoteInput } from "@plumbline/contract/credit-note";
import { invoiceSummary } from "@plumbline/contract/invoice";
import { createCreditNote } from "@plumbline/operations/credits/create-credit-note";
import { findInvoiceSummary } from "@plumbline/operations/invoices/invoice-summary";
import { write } from "../../route.ts";
import { invoiceParams } from "../invoices/invoice-params.ts";
import { askedLines } from "./asked-lines.ts";

export const createCreditNoteRoute = write({
  path: "/v1/invoices/:invoiceId/credit-notes",
  summary: "Draft a credit note for an issued invoice",
  needs: "invoice.credit",
  params: invoiceParams,
  body: creditNoteInput,
  answers: { status: 201, body: invoiceSummary },
  keep: "forever",
  problems: ["invoice-not-found", "credit-refused"],
  handle: async ({ scope, params, body: { lines, rebill: rebills, ...why } }) => {
    const { id: invoiceId } = await createCreditNote(scope, { ...params, ...why, rebills, lines: askedLines(lines) });
    return findInvoiceSummary(scope, { invoiceId });
  },
});
