import { invoiceWaiverInput, waiverWire } from "@plumbline/contract/waiver";
import { showWaiver } from "@plumbline/operations/waivers/list-waivers";
import { waiveForInvoice } from "@plumbline/operations/waivers/waive-rule";
import { write } from "../../route.ts";
import { invoiceParams } from "../invoices/invoice-params.ts";

export const createInvoiceWaiver = write({
  path: "/v1/invoices/:invoiceId/waivers",
  summary: "Let what a rule says about an invoice as it is not stop it for some days; the ruling stays and shows",
  needs: "exception.waive",
  params: invoiceParams,
  body: invoiceWaiverInput,
  answers: { status: 201, body: waiverWire },
  keep: "forever",
  problems: ["invoice-not-found", "content-changed", "duties-not-separate", "waiver-refused"],
  handle: async ({ scope, params, body }) => showWaiver(scope, await waiveForInvoice(scope, { ...params, ...body })),
});
