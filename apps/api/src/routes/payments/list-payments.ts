import { z } from "zod";
import { pageOf } from "@plumbline/contract/page";
import { paymentFilter, paymentSummary } from "@plumbline/contract/payment";
import { listPayments as paymentsOf } from "@plumbline/operations/payments/list-payments";
import { read } from "../../route.ts";

export const listPayments = read({
  path: "/v1/payments",
  summary: "List payments, newest first",
  needs: "receivable.read",
  query: z.strictObject(paymentFilter),
  answers: pageOf(paymentSummary),
  problems: [],
  handle: async ({ scope, query }) => paymentsOf(scope, query),
});
