import { changeOrderSignatureInput, changeOrderWire } from "@plumbline/contract/change-order";
import { findChangeOrder } from "@plumbline/operations/change-orders/list-change-orders";
import { signChangeOrder } from "@plumbline/operations/change-orders/sign-change-order";
import { write } from "../../route.ts";
import { changeOrderParams } from "./change-order-params.ts";

export const createChangeOrderSignature = write({
  path: "/v1/change-orders/:changeOrderId/signature",
  summary: "Note that a change order was signed: it counts from its day on",
  needs: "change-order.sign",
  params: changeOrderParams,
  body: changeOrderSignatureInput,
  answers: { status: 200, body: changeOrderWire },
  keep: "forever",
  problems: [
    "change-order-not-found",
    "change-order-signed",
    "engagement-closed",
    "duties-not-separate",
    "change-order-refused",
  ],
  handle: async ({ scope, params, body }) => {
    await signChangeOrder(scope, { ...params, ...body });
    return findChangeOrder(scope, params);
  },
});
