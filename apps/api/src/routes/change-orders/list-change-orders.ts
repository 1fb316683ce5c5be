import { z } from "zod";
import { changeOrderFilter, changeOrderWire } from "@plumbline/contract/change-order";
import { pageOf } from "@plumbline/contract/page";
import { listChangeOrders as changeOrdersOf } from "@plumbline/operations/change-orders/list-change-orders";
import { read } from "../../route.ts";

export const listChangeOrders = read({
  path: "/v1/change-orders",
  summary: "List change orders, newest first",
  needs: "invoice.read",
  query: z.strictObject(changeOrderFilter),
  answers: pageOf(changeOrderWire),
  problems: [],
  handle: async ({ scope, query }) => changeOrdersOf(scope, query),
});
