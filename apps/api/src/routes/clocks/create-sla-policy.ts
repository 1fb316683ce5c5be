import { slaPolicyInput, slaPolicyWire } from "@plumbline/contract/clock";
import { findSlaPolicy } from "@plumbline/operations/clocks/list-sla-policies";
import { recordSlaPolicy } from "@plumbline/operations/clocks/record-sla-policy";
import { write } from "../../route.ts";

export const createSlaPolicy = write({
  path: "/v1/sla-policies",
  summary: "Say how long something may wait, and what is done meanwhile; for what starts to wait from now on",
  needs: "sla.set",
  body: slaPolicyInput,
  answers: { status: 201, body: slaPolicyWire },
  problems: ["sla-policy-refused"],
  handle: async ({ scope, body }) => {
    await recordSlaPolicy(scope, body);
    return findSlaPolicy(scope, body);
  },
});
