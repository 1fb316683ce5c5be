import { recomputationWire } from "@plumbline/contract/recomputation";
import { findRecomputation as recomputationOf } from "@plumbline/operations/recompute/find-recomputation";
import { read } from "../../route.ts";
import { invoiceParams } from "../invoices/invoice-params.ts";

export const findRecomputation = read({
  path: "/v1/invoices/:invoiceId/recomputation",
  summary: "Make an invoice anew from its stored inputs, and see whether it is what is stored",
  needs: "invoice.read",
  params: invoiceParams,
  answers: recomputationWire,
  problems: ["invoice-not-found"],
  handle: async ({ scope, params }) => recomputationOf(scope, params),
});
