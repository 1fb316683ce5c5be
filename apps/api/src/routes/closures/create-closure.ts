import { closureInput, closureParams, closureWire } from "@plumbline/contract/closure";
import { closeEngagement } from "@plumbline/operations/closures/close-engagement";
import { findClosure } from "@plumbline/operations/closures/list-closures";
import { write } from "../../route.ts";

export const createClosure = write({
  path: "/v1/engagements/:engagementId/closures",
  summary: "Close an engagement or a project of it: its final bill is drafted, and it takes no more work",
  needs: "engagement.close",
  params: closureParams,
  body: closureInput,
  answers: { status: 201, body: closureWire },
  keep: "forever",
  problems: [
    "engagement-not-found",
    "closure-refused",
    "billing-run-in-progress",
    "policy-missing",
    "retention-release-refused",
    "booking-date-refused",
  ],
  handle: async ({ scope, params, body }) =>
    findClosure(scope, { closureId: await closeEngagement(scope, { ...params, ...body }) }),
});
