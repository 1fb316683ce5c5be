import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { changeLines } from "./policy-files.ts";

export const policyRollback = verb({
  name: "policy rollback",
  summary: "Propose to go back to policies that were in force before; they are published like any others",
  arguments: {
    PUBLICATION: { what: "id of the publication, as plumb policy lists it" },
    REASON: { what: "why, in a sentence" },
  },
  examples: ['policy rollback 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1e20 "Too much is blocked"'],
  run: async ({ arguments: { PUBLICATION: policyPublicationId, REASON: reason }, connect }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { policyPublicationId } };
    const proposal = await ask((client) =>
      client.POST("/v1/policy-publications/{policyPublicationId}/rollback", { params, body: { reason } }),
    );
    return {
      document: proposal,
      lines: (style) => [...changeLines(proposal.changes, style), `Next: plumb policy dry-run ${proposal.id}`],
    };
  },
});
