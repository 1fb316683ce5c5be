import { interestClaimWire } from "@plumbline/contract/interest-claim";
import { chargeInterest } from "@plumbline/operations/collecting/decide-interest-claim";
import { findInterestClaim } from "@plumbline/operations/collecting/list-interest-claims";
import { write } from "../../route.ts";
import { interestClaimParams } from "./interest-claim-params.ts";

export const createInterestCharge = write({
  path: "/v1/interest-claims/:interestClaimId/charge",
  summary: "Make a client owe the interest that was proposed",
  needs: "interest.claim",
  params: interestClaimParams,
  answers: { status: 201, body: interestClaimWire },
  keep: "forever",
  problems: ["interest-claim-not-found", "interest-claim-decided", "interest-refused", "booking-date-refused"],
  handle: async ({ scope, params }) => {
    await chargeInterest(scope, params);
    return findInterestClaim(scope, params);
  },
});
