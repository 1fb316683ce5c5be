import { randomUUID } from "node:crypto";
import { verb } from "../verb.ts";

export const keysRevoke = verb({
  name: "keys revoke",
  summary: "End an API key at once",
  arguments: { KEY: { what: "id of the key" } },
  run: async ({ connect, arguments: { KEY: apiKeyId } }) => {
    const { ask } = await connect();
    const params = { header: { "Idempotency-Key": randomUUID() }, path: { apiKeyId } };
    const key = await ask((client) => client.POST("/v1/api-keys/{apiKeyId}/revocation", { params }));
    return { document: key, lines: () => [`${key.name} (${key.prefix}…) lets nobody in any more.`] };
  },
});
