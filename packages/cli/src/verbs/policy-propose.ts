import { randomUUID } from "node:crypto";
import { Failure } from "../failure.ts";
import { verb } from "../verb.ts";
import { changeLines, ownPacks, readPolicyFiles } from "./policy-files.ts";

export const policyPropose = verb({
  name: "policy propose",
  summary: "Propose a firm's own policies; somebody else publishes them after a dry run",
  arguments: ownPacks,
  options: { because: { value: "REASON", what: "why, in a sentence" } },
  examples: ['policy propose policies/*.yaml --because "Long invoices are talked about first"'],
  run: async ({ arguments: { FILE }, options: { because: reason }, connect }) => {
    if (reason === undefined) throw new Failure("usage", "Say why with --because.");
    const body = { files: [...(await readPolicyFiles(FILE))], reason };
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const proposal = await ask((client) => client.POST("/v1/policy-proposals", { params, body }));
    return {
      document: proposal,
      lines: (style) => [...changeLines(proposal.changes, style), `Next: plumb policy dry-run ${proposal.id}`],
    };
  },
});
