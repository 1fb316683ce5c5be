import { interestRunInput, interestRunWire } from "@plumbline/contract/interest-claim";
import { claimInterest } from "@plumbline/operations/collecting/claim-interest";
import { write } from "../../route.ts";

export const createInterestRun = write({
  path: "/v1/interest-runs",
  summary: "Propose what clients owe for paying late, day by day from the payments",
  needs: "interest.claim",
  body: interestRunInput,
  answers: { status: 201, body: interestRunWire },
  keep: "forever",
  problems: ["legal-entity-not-found", "booking-date-refused", "interest-refused"],
  handle: async ({ scope, body }) => {
    const { claimIds, waiting } = await claimInterest(scope, body);
    return { claimIds: [...claimIds], waiting };
  },
});
