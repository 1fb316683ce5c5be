import { revenueReleaseInput, revenueReleaseWire } from "@plumbline/contract/ledger";
import { releaseRevenue } from "@plumbline/operations/ledger/release-revenue";
import { write } from "../../route.ts";

export const createRevenueRelease = write({
  path: "/v1/revenue-releases",
  summary:
    "Book what was billed in advance as earned, for the months that are over; what is booked already stays as it is",
  needs: "revenue.release",
  body: revenueReleaseInput,
  answers: { status: 201, body: revenueReleaseWire },
  keep: "forever",
  problems: [],
  handle: async ({ scope, body }) => releaseRevenue(scope, body),
});
