import { z } from "zod";
import { interestClaimFilter, interestClaimWire } from "@plumbline/contract/interest-claim";
import { pageOf } from "@plumbline/contract/page";
import { listInterestClaims as claimsOf } from "@plumbline/operations/collecting/list-interest-claims";
import { read } from "../../route.ts";

export const listInterestClaims = read({
  path: "/v1/interest-claims",
  summary: "List claims of interest, newest first",
  needs: "receivable.read",
  query: z.strictObject(interestClaimFilter),
  answers: pageOf(interestClaimWire),
  problems: [],
  handle: async ({ scope, query }) => claimsOf(scope, query),
});
