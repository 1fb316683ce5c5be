import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { shownClosure } from "./closure-shown.ts";

export const closureClose = verb({
  name: "closure close",
  summary: "Close an engagement: its final bill is drafted, and it takes no more work",
  arguments: {
    ENGAGEMENT: { what: "id of the engagement" },
    DAY: { what: "the last day whose work is billed, such as 2026-11-30" },
    REASON: { what: "why, in a sentence" },
  },
  options: {
    project: { value: "ID", what: "one project of it" },
    "retention-due": { value: "DAY", what: "release what the client keeps of its invoices, due on this day" },
  },
  examples: ['closure close 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d80 2026-11-30 "The crane was handed over"'],
  run: async ({ connect, arguments: { ENGAGEMENT: engagementId, DAY: on, REASON: reason }, options }) => {
    const { ask } = await connect();
    const { project: projectId, "retention-due": retentionDueOn } = options;
    const body = {
      on,
      reason,
      ...(projectId !== undefined && { projectId }),
      ...(retentionDueOn !== undefined && { retentionDueOn }),
    };
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { engagementId } };
    return shownClosure(
      await ask((client) => client.POST("/v1/engagements/{engagementId}/closures", { params, body })),
    );
  },
});
