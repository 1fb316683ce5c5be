import { z } from "zod";
import { invoiceSummary } from "@plumbline/contract/invoice";
import { reasonInput } from "@plumbline/contract/invoice-move";
import { findInvoiceSummary } from "@plumbline/operations/invoices/invoice-summary";
import { withdrawWriteDown } from "@plumbline/operations/write-downs/withdraw-write-down";
import { write } from "../../route.ts";

export const createWriteDownWithdrawalRoute = write({
  path: "/v1/write-downs/:writeDownId/withdrawal",
  summary: "Take a decision to ask less back, before issue; the invoice is drafted anew and its approvals are void",
  needs: "invoice.write_down",
  params: z.strictObject({ writeDownId: z.uuid() }),
  body: reasonInput,
  answers: { status: 200, body: invoiceSummary },
  keep: "forever",
  conditional: true,
  etag: ({ version }) => version,
  problems: ["write-down-not-found", "invoice-move-refused", "revision-refused"],
  handle: async ({ scope, params, body, ifMatch }) => {
    return findInvoiceSummary(scope, await withdrawWriteDown(scope, { ...params, ...body, ifVersion: ifMatch }));
  },
});
