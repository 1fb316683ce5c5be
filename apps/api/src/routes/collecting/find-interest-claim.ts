import { interestClaimWire } from "@plumbline/contract/interest-claim";
import { findInterestClaim as find } from "@plumbline/operations/collecting/list-interest-claims";
import { read } from "../../route.ts";
import { interestClaimParams } from "./interest-claim-params.ts";

export const findInterestClaim = read({
  path: "/v1/interest-claims/:interestClaimId",
  summary: "Show a claim of interest with the days, sums and rates it is made of",
  needs: "receivable.read",
  params: interestClaimParams,
  answers: interestClaimWire,
  problems: ["interest-claim-not-found"],
  handle: async ({ scope, params }) => find(scope, params),
});
