import type { z } from "zod";
import type { apiKeyInput, ApiKeyWire } from "@plumbline/contract/api-key";
import { keyPermissions } from "@plumbline/domain/access/key-permissions";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { readApiKey } from "./api-key-store.ts";
import { hashOf, newPrefix, newSecret, toText } from "./api-key-secret.ts";

export type ShownApiKey = ApiKeyWire & { readonly secret: string };

/**
 * Lets a program in: a membership of its own, under which it acts, and a key, whose secret is shown this once. It may do
 * no more than whoever makes it, and nothing a person must answer for.
 *
 * @throws Problem `permission-missing` | `api-key-scope-refused` naming the scopes
 */
export async function createApiKey(scope: Scope, input: z.output<typeof apiKeyInput>): Promise<ShownApiKey> {
  demand(scope, "api-key.manage");
  const scopes = [...new Set(input.scopes)];
  refuseWiderScopes(scope, scopes);
  const key = { prefix: newPrefix(), secret: newSecret() };
  const [id, actorId] = [scope.newId<"api-key">(), scope.newId<"actor">()];
  await query(
    scope.tx,
    `with program as (
       insert into memberships (tenant_id, id, kind, key, name)
       values ((select app.tenant()), ?, 'key', ?, ?) returning id
     )
     insert into api_keys (tenant_id, id, actor_id, name, prefix, secret_hash, scopes, created_by, expires_at)
     select (select app.tenant()), ?, program.id, ?, ?, ?, ?, (select app.actor()), ? from program`,
    [actorId, key.prefix, input.name, id, input.name, key.prefix, hashOf(key.secret), scopes, expiry(scope, input)],
  );
  await scope.audit([{ action: "api_key.created", subjectId: id }]);
  return { ...(await readApiKey(scope, id)), secret: toText(key) };
}

const dayMs = 86_400_000;

export const expiry = ({ now }: Scope, { lifetimeDays }: { readonly lifetimeDays: number }): Date =>
  new Date(now.getTime() + lifetimeDays * dayMs);

/** Whoever is shown a secret could do what its key may. @throws Problem `api-key-scope-refused` naming the scopes */
export function refuseWiderScopes({ actor }: Scope, scopes: readonly string[]): void {
  const own: ReadonlySet<string> = actor.permissions;
  const givable: readonly string[] = keyPermissions;
  const refused = scopes.filter((scope) => !own.has(scope) || !givable.includes(scope));
  if (refused.length === 0) return;
  throw new Problem("api-key-scope-refused", {
    detail: `A key of yours cannot have: ${refused.join(", ")}.`,
    extra: { scopes: refused },
  });
}
