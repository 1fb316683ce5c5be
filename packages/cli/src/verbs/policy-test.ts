import { randomUUID } from "node:crypto";
import { counted } from "../printing/words.ts";
import { verb } from "../verb.ts";
import { ownPacks, readPolicyFiles } from "./policy-files.ts";

export const policyTest = verb({
  name: "policy test",
  summary: "Compile a firm's own policies with those above them, and run their cases; nothing is kept",
  arguments: ownPacks,
  examples: ["policy test policies/*.yaml"],
  run: async ({ arguments: { FILE }, connect }) => {
    const body = { files: [...(await readPolicyFiles(FILE))] };
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() } };
    const checked = await ask((client) => client.POST("/v1/policy-checks", { params, body }));
    const rules = checked.packs.reduce((sum, pack) => sum + pack.rules.length, 0);
    return {
      document: checked,
      lines: (style) => [
        style.good(`${counted(rules, "rule")} compile, and ${counted(checked.cases, "case")} turn out as they say.`),
        style.quiet(checked.hash),
      ],
    };
  },
});
