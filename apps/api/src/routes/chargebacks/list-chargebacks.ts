import { z } from "zod";
import { chargebackFilter, chargebackWire } from "@plumbline/contract/chargeback";
import { pageOf } from "@plumbline/contract/page";
import { listChargebacks as chargebacksOf } from "@plumbline/operations/chargebacks/list-chargebacks";
import { read } from "../../route.ts";

export const listChargebacks = read({
  path: "/v1/chargebacks",
  summary: "List chargebacks in the order in which they have to be answered",
  needs: "receivable.read",
  query: z.strictObject(chargebackFilter),
  answers: pageOf(chargebackWire),
  problems: [],
  handle: async ({ scope, query }) => chargebacksOf(scope, query),
});
