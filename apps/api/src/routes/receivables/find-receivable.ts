import { z } from "zod";
import { receivableWire } from "@plumbline/contract/payment";
import { id } from "@plumbline/contract/scalar";
import { findReceivable as find } from "@plumbline/operations/payments/find-receivable";
import { read } from "../../route.ts";

export const findReceivable = read({
  path: "/v1/invoices/:invoiceId/receivable",
  summary: "Show what is still owed on an issued invoice, and what paid it",
  needs: "receivable.read",
  params: z.strictObject({ invoiceId: id<"invoice">() }),
  answers: receivableWire,
  problems: ["invoice-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
