import { apiKeyInput, apiKeySecretWire } from "@plumbline/contract/api-key";
import { createApiKey as create } from "@plumbline/operations/api-keys/create-api-key";
import { write } from "../../route.ts";

export const createApiKey = write({
  path: "/v1/api-keys",
  summary: "Let a program in, with a key whose secret is shown once",
  needs: "api-key.manage",
  body: apiKeyInput,
  answers: { status: 201, body: apiKeySecretWire },
  answerIsSecret: true,
  problems: ["api-key-scope-refused"],
  handle: async ({ scope, body }) => create(scope, body),
});
