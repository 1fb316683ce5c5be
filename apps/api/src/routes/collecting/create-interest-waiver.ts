import { withdrawalInput } from "@plumbline/contract/collecting";
import { interestClaimWire } from "@plumbline/contract/interest-claim";
import { waiveInterest } from "@plumbline/operations/collecting/decide-interest-claim";
import { findInterestClaim } from "@plumbline/operations/collecting/list-interest-claims";
import { write } from "../../route.ts";
import { interestClaimParams } from "./interest-claim-params.ts";

export const createInterestWaiver = write({
  path: "/v1/interest-claims/:interestClaimId/waiver",
  summary: "Give up interest that was proposed, for all of its days",
  needs: "receivable.write_off",
  params: interestClaimParams,
  body: withdrawalInput,
  answers: { status: 201, body: interestClaimWire },
  keep: "forever",
  problems: ["interest-claim-not-found", "interest-claim-decided"],
  handle: async ({ scope, params, body }) => {
    await waiveInterest(scope, { ...params, ...body });
    return findInterestClaim(scope, params);
  },
});
