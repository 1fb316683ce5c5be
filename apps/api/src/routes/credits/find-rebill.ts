import { rebillWire } from "@plumbline/contract/rebill";
import { findRebill } from "@plumbline/operations/credits/find-rebill";
import { read } from "../../route.ts";
import { invoiceParams } from "../invoices/invoice-params.ts";

export const findRebillRoute = read({
  path: "/v1/invoices/:invoiceId/rebill",
  summary: "Hold an invoice, or what a credit note takes back, against what its work comes to when it is billed anew",
  needs: "invoice.read",
  params: invoiceParams,
  answers: rebillWire,
  problems: ["invoice-not-found"],
  handle: async ({ scope, params }) => findRebill(scope, params),
});
