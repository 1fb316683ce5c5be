import { baseRateInput, baseRateWire } from "@plumbline/contract/collecting";
import { recordBaseRate } from "@plumbline/operations/collecting/base-rates";
import { write } from "../../route.ts";

export const createBaseRate = write({
  path: "/v1/base-rates",
  summary: "Record a rate that somebody published, from a day on",
  needs: "collecting.agree",
  body: baseRateInput,
  answers: { status: 201, body: baseRateWire },
  keep: "forever",
  problems: [],
  handle: async ({ scope, body }) => recordBaseRate(scope, body),
});
