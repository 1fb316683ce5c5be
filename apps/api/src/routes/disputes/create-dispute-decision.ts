import type { z } from "zod";
import { disputeDecisionInput, disputeWire } from "@plumbline/contract/dispute";
import { resolveDispute } from "@plumbline/operations/disputes/resolve-dispute";
import { findDispute } from "@plumbline/operations/disputes/list-disputes";
import { write } from "../../route.ts";
import { askedLines } from "../credits/asked-lines.ts";
import { disputeParams } from "./dispute-params.ts";

export const createDisputeDecision = write({
  path: "/v1/disputes/:disputeId/decision",
  summary: "Decide a dispute, and draft the credit note where the client is right",
  needs: "dispute.decide",
  params: disputeParams,
  body: disputeDecisionInput,
  answers: { status: 201, body: disputeWire },
  keep: "forever",
  problems: ["dispute-not-found", "dispute-decided", "dispute-refused", "credit-refused"],
  handle: async ({ scope, params, body: { credit, ...decision } }) => {
    await resolveDispute(scope, { ...params, ...decision, credit: credit && creditOf(credit) });
    return findDispute(scope, params);
  },
});

const creditOf = ({
  code,
  lines,
  treatment,
  rebill,
}: NonNullable<z.output<typeof disputeDecisionInput>["credit"]>) => ({
  code,
  lines: lines === undefined ? treatment : askedLines(lines.map((line) => ({ ...line, treatment }))),
  rebills: rebill,
});
