import { z } from "zod";
import { apiKeyFilter, apiKeyWire } from "@plumbline/contract/api-key";
import { pageOf } from "@plumbline/contract/page";
import { listApiKeys as apiKeysOf } from "@plumbline/operations/api-keys/list-api-keys";
import { read } from "../../route.ts";

export const listApiKeys = read({
  path: "/v1/api-keys",
  summary: "List the keys of programs, newest first",
  needs: "api-key.manage",
  query: z.strictObject(apiKeyFilter),
  answers: pageOf(apiKeyWire),
  problems: [],
  handle: async ({ scope, query }) => apiKeysOf(scope, query),
});
