import { createHash, randomUUID } from "node:crypto";
import { basename } from "node:path";
import { openFile } from "../open-file.ts";
import { verb } from "../verb.ts";
import { shownDispute } from "./disputes-shown.ts";

const parties = ["client", "firm"] as const;

export const disputesSay = verb({
  name: "disputes say",
  summary: "Keep what client or firm said about a dispute, and what proves it",
  arguments: {
    DISPUTE: { what: "id of the dispute" },
    WHO: { what: "whose words they are", choices: parties },
    WORDS: { what: "what was said" },
  },
  options: { evidence: { value: "FILE", what: "what proves it: its name and hash are kept, not its content" } },
  examples: [
    'disputes say 0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d70 firm "We met from nine to eleven" --evidence minutes.pdf',
  ],
  run: async ({ connect, arguments: { DISPUTE: disputeId, WHO, WORDS: words }, options }) => {
    const evidence = options.evidence === undefined ? undefined : await hashed(options.evidence);
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { disputeId } };
    const saidBy = WHO as (typeof parties)[number]; // The parser took one of the choices.
    const body = { saidBy, body: words, ...(evidence && { evidence }) };
    return shownDispute(await ask((client) => client.POST("/v1/disputes/{disputeId}/messages", { params, body })));
  },
});

async function hashed(path: string) {
  const bytes = await (await openFile(path, "application/octet-stream")).bytes();
  return { document: basename(path), sha256: createHash("sha256").update(bytes).digest("hex") };
}
