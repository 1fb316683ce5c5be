import { z } from "zod";
import { changeOrderInput, changeOrderWire } from "@plumbline/contract/change-order";
import { id } from "@plumbline/contract/scalar";
import { draftChangeOrder } from "@plumbline/operations/change-orders/draft-change-order";
import { findChangeOrder } from "@plumbline/operations/change-orders/list-change-orders";
import { write } from "../../route.ts";

export const createChangeOrder = write({
  path: "/v1/engagements/:engagementId/change-orders",
  summary: "Draft what an engagement is to be amended to, from which day",
  needs: "change-order.draft",
  params: z.strictObject({ engagementId: id<"engagement">() }),
  body: changeOrderInput,
  answers: { status: 201, body: changeOrderWire },
  keep: "forever",
  location: ({ id: changeOrderId }) => `/v1/change-orders/${changeOrderId}`,
  problems: ["engagement-not-found", "engagement-closed", "change-order-refused"],
  handle: async ({ scope, params, body }) =>
    findChangeOrder(scope, { changeOrderId: await draftChangeOrder(scope, { ...params, ...body }) }),
});
