import { z } from "zod";
import { apiKeyRotationInput, apiKeySecretWire } from "@plumbline/contract/api-key";
import { id } from "@plumbline/contract/scalar";
import { rotateApiKey as rotate } from "@plumbline/operations/api-keys/rotate-api-key";
import { write } from "../../route.ts";

export const rotateApiKey = write({
  path: "/v1/api-keys/:apiKeyId/rotation",
  summary: "Give a key a new secret; the old one works on for the overlap",
  needs: "api-key.manage",
  params: z.strictObject({ apiKeyId: id<"api-key">() }),
  body: apiKeyRotationInput,
  answers: { status: 201, body: apiKeySecretWire },
  answerIsSecret: true,
  problems: ["api-key-not-found", "api-key-revoked", "api-key-scope-refused"],
  handle: async ({ scope, params, body }) => rotate(scope, { ...params, ...body }),
});
