import type { z } from "zod";
import type { apiKeyRotationInput } from "@plumbline/contract/api-key";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { queryOne } from "@plumbline/platform/sql";
import { hashOf, newSecret, toText } from "./api-key-secret.ts";
import { lockApiKey, readApiKey } from "./api-key-store.ts";
import { expiry, refuseWiderScopes, type ShownApiKey } from "./create-api-key.ts";

type Input = z.output<typeof apiKeyRotationInput> & { readonly apiKeyId: string };

/**
 * Gives a key a new secret, shown this once, and a new lifetime. The secret before it works on for the overlap, but never
 * past the day it would have ended; one from before an earlier rotation ends at once.
 *
 * @throws Problem `permission-missing` | `api-key-not-found` | `api-key-revoked` | `api-key-scope-refused` for a
 *   key that may do more than whoever asks
 */
export async function rotateApiKey(scope: Scope, input: Input): Promise<ShownApiKey> {
  demand(scope, "api-key.manage");
  const { revoked, scopes } = await lockApiKey(scope, input.apiKeyId);
  if (revoked) throw new Problem("api-key-revoked");
  refuseWiderScopes(scope, scopes);
  const secret = newSecret();
  const { prefix } = await queryOne<{ readonly prefix: string }>(
    scope.tx,
    `update api_keys k
        set secret_hash = ?, expires_at = ?,
            previous_hash  = case when o.ends > o.begins then k.secret_hash end,
            overlaps_until = case when o.ends > o.begins then o.ends end
       from (select c.id, b.begins, least(b.begins + make_interval(hours => ?::int), c.expires_at) as ends
               from api_keys c, (select ?::timestamptz as begins) b where c.id = ?) o
      where k.id = o.id
      returning k.prefix`,
    [hashOf(secret), expiry(scope, input), input.overlapHours, scope.now, input.apiKeyId],
  );
  await scope.audit([{ action: "api_key.rotated", subjectId: input.apiKeyId }]);
  return { ...(await readApiKey(scope, input.apiKeyId)), secret: toText({ prefix, secret }) };
}
