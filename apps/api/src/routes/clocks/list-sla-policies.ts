import { slaPoliciesWire } from "@plumbline/contract/clock";
import { listSlaPolicies as policiesOf } from "@plumbline/operations/clocks/list-sla-policies";
import { read } from "../../route.ts";

export const listSlaPolicies = read({
  path: "/v1/sla-policies",
  summary: "List how long each thing may wait, and what is done meanwhile",
  needs: "invoice.read",
  answers: slaPoliciesWire,
  problems: [],
  handle: async ({ scope }) => ({ items: await policiesOf(scope) }),
});
