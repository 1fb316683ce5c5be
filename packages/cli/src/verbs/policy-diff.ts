import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";
import { changeLines, ownPacks, readPolicyFiles } from "./policy-files.ts";

export const policyDiff = verb({
  name: "policy diff",
  summary: "Show which rules a firm's own policies add, drop or change, against what is in force",
  arguments: ownPacks,
  examples: ["policy diff policies/*.yaml"],
  run: async ({ arguments: { FILE }, connect }) => {
    const body = { files: [...(await readPolicyFiles(FILE))] };
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const { changes, hash, inForce } = await ask((client) => client.POST("/v1/policy-checks", { params, body }));
    return { document: { hash, inForce, changes }, lines: (style) => changeLines(changes, style) };
  },
});
