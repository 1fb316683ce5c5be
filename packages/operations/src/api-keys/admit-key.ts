import { keyPermissions } from "@plumbline/domain/access/key-permissions";
import type { Permission } from "@plumbline/domain/access/permissions";
import type { ActorId, TenantId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { scopesFor } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { inTenant, nobody, type TenantPool } from "@plumbline/platform/tenancy";
import type { Admitted } from "../tenants/admit-person.ts";
import { fromText, isSecretOf } from "./api-key-secret.ts";

type Row = {
  readonly id: string;
  readonly actor_id: ActorId;
  readonly name: string;
  readonly tenant: string;
  readonly partner_id: string;
  readonly scopes: readonly Permission[];
  readonly secret_hash: string;
  readonly previous_hash: string | null;
  readonly overlaps: boolean;
  readonly last_used_at: Date | null;
};

/** A key that was let in, and when it was before: `noteKeyUse` is told. */
export type AdmittedKey = Admitted & { readonly apiKeyId: string; readonly lastUsedAt: Date | undefined };

/**
 * Lets a program in by the key it shows: current, not revoked, of this firm. After a rotation the secret before it works
 * until the overlap ends.
 *
 * @throws Problem `token-refused`, whatever is wrong with the key
 */
export async function admitKey(
  pool: TenantPool,
  { tenantId, text }: { readonly tenantId: TenantId; readonly text: string },
): Promise<AdmittedKey> {
  const shown = fromText(text);
  if (shown === undefined) throw new Problem("token-refused");
  const [row] = await inTenant(pool, { tenantId, actorId: nobody }, (tx) =>
    query<Row>(
      tx,
      `select k.id, k.actor_id, k.name, t.name as tenant, t.partner_id, k.scopes, k.secret_hash, k.previous_hash,
              coalesce(k.overlaps_until > now(), false) as overlaps, k.last_used_at
         from api_keys k join tenants t on t.id = k.tenant_id
        where k.prefix = ? and k.revoked_at is null and k.expires_at > now()`,
      [shown.prefix],
    ),
  );
  if (row === undefined || !proves(row, shown.secret)) throw new Problem("token-refused");
  const permissions = new Set(row.scopes.filter((scope) => keyPermissions.includes(scope)));
  return {
    inScope: scopesFor(pool, { tenantId, actor: { id: row.actor_id, kind: "key", name: row.name, permissions } }),
    tenant: { name: row.tenant },
    partnerId: row.partner_id,
    roles: [],
    apiKeyId: row.id,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}

function proves(row: Row, secret: string): boolean {
  const present = isSecretOf(secret, row.secret_hash);
  const previous = row.overlaps && row.previous_hash !== null && isSecretOf(secret, row.previous_hash);
  return present || previous;
}
