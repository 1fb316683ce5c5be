import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";

export const policyPublish = verb({
  name: "policy publish",
  summary: "Put proposed policies into force, as another person than proposed them, after a dry run",
  arguments: { PROPOSAL: { what: "id of the proposal" } },
  examples: ["policy publish 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1e00"],
  run: async ({ arguments: { PROPOSAL: policyProposalId }, connect }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { policyProposalId } };
    const published = await ask((client) =>
      client.POST("/v1/policy-proposals/{policyProposalId}/publication", { params }),
    );
    return {
      document: published,
      lines: (style) => [style.good(`In force since ${published.published.at}.`), style.quiet(published.hash)],
    };
  },
});
