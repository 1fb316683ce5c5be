import { z } from "zod";
import { apiKeyWire } from "@plumbline/contract/api-key";
import { id } from "@plumbline/contract/scalar";
import { revokeApiKey as revoke } from "@plumbline/operations/api-keys/revoke-api-key";
import { write } from "../../route.ts";

export const revokeApiKey = write({
  path: "/v1/api-keys/:apiKeyId/revocation",
  summary: "End a key at once",
  needs: "api-key.manage",
  params: z.strictObject({ apiKeyId: id<"api-key">() }),
  answers: { status: 201, body: apiKeyWire },
  problems: ["api-key-not-found"],
  handle: async ({ scope, params }) => revoke(scope, params),
});
