import { changeOrderWire } from "@plumbline/contract/change-order";
import { findChangeOrder as changeOrderOf } from "@plumbline/operations/change-orders/list-change-orders";
import { read } from "../../route.ts";
import { changeOrderParams } from "./change-order-params.ts";

export const findChangeOrder = read({
  path: "/v1/change-orders/:changeOrderId",
  summary: "Find a change order",
  needs: "invoice.read",
  params: changeOrderParams,
  answers: changeOrderWire,
  problems: ["change-order-not-found"],
  handle: async ({ scope, params }) => changeOrderOf(scope, params),
});
