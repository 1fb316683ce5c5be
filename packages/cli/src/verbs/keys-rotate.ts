import { randomUUID } from "node:crypto";
import { readDays } from "../days.ts";
import { Failure } from "../failure.ts";
import { secretAnswer } from "../secret-answer.ts";
import { verb } from "../verb.ts";

export const keysRotate = verb({
  name: "keys rotate",
  summary: "Give an API key a new secret; the old one works on for a while",
  arguments: { KEY: { what: "id of the key" } },
  options: {
    days: { value: "DAYS", what: "how long the new secret lives; 90" },
    overlap: { value: "HOURS", what: "how long the old one works beside it; 24" },
  },
  run: async ({ connect, arguments: { KEY: apiKeyId }, options }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { apiKeyId } };
    const body = { ...readDays(options.days), ...readOverlap(options.overlap) };
    return secretAnswer(await ask((client) => client.POST("/v1/api-keys/{apiKeyId}/rotation", { params, body })));
  },
});

function readOverlap(text: string | undefined): { readonly overlapHours?: number } {
  if (text === undefined) return {};
  if (!/^\d{1,3}$/.test(text)) throw new Failure("usage", `--overlap is a number of hours, not "${text}".`);
  return { overlapHours: Number(text) };
}
