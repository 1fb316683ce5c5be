import { closureReopeningInput, closureWire } from "@plumbline/contract/closure";
import { findClosure } from "@plumbline/operations/closures/list-closures";
import { reopenEngagement } from "@plumbline/operations/closures/reopen-engagement";
import { write } from "../../route.ts";
import { closureParams } from "./closure-params.ts";

export const createClosureReopening = write({
  path: "/v1/closures/:closureId/reopening",
  summary: "Let a closed engagement or project take work again, as another person than who closed it",
  needs: "engagement.close",
  params: closureParams,
  body: closureReopeningInput,
  answers: { status: 201, body: closureWire },
  keep: "forever",
  problems: ["closure-not-found", "duties-not-separate", "closure-reopened"],
  handle: async ({ scope, params, body }) => {
    await reopenEngagement(scope, { ...params, ...body });
    return findClosure(scope, params);
  },
});
