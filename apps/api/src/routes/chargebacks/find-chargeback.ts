import { chargebackWire } from "@plumbline/contract/chargeback";
import { findChargeback as find } from "@plumbline/operations/chargebacks/list-chargebacks";
import { read } from "../../route.ts";
import { chargebackParams } from "./chargeback-params.ts";

export const findChargeback = read({
  path: "/v1/chargebacks/:chargebackId",
  summary: "Show a chargeback, until when it may be answered, and how it ended",
  needs: "receivable.read",
  params: chargebackParams,
  answers: chargebackWire,
  problems: ["chargeback-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
