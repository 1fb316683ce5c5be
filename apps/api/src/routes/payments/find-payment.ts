import { paymentWire } from "@plumbline/contract/payment";
import { findPayment as find } from "@plumbline/operations/payments/find-payment";
import { read } from "../../route.ts";
import { paymentParams } from "./payment-params.ts";

export const findPayment = read({
  path: "/v1/payments/:paymentId",
  summary: "Show a payment, what took it and what is left",
  needs: "receivable.read",
  params: paymentParams,
  answers: paymentWire,
  problems: ["payment-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
