import type { ApiKeyWire } from "@plumbline/contract/api-key";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { lockApiKey, readApiKey } from "./api-key-store.ts";

/**
 * Ends a key at once, the secret before its last rotation included. Ending it again changes nothing.
 *
 * @throws Problem `permission-missing` | `api-key-not-found`
 */
export async function revokeApiKey(scope: Scope, input: { readonly apiKeyId: string }): Promise<ApiKeyWire> {
  demand(scope, "api-key.manage");
  const { revoked } = await lockApiKey(scope, input.apiKeyId);
  if (!revoked) {
    await query(scope.tx, "update api_keys set revoked_at = ? where id = ?", [scope.now, input.apiKeyId]);
    await scope.audit([{ action: "api_key.revoked", subjectId: input.apiKeyId }]);
  }
  return readApiKey(scope, input.apiKeyId);
}
