import type { ApiKeyWire } from "@plumbline/contract/api-key";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { queryOne, query } from "@plumbline/platform/sql";

export type ApiKeyRow = {
  readonly id: Id<"api-key">;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: ApiKeyWire["scopes"];
  readonly created_by_name: string;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly last_used_at: Date | null;
  readonly overlaps_until: Date | null;
  readonly revoked_at: Date | null;
};

/** A key as it may be shown: everything but its hashes. */
export const apiKeySelect = `k.id, k.name, k.prefix, k.scopes, m.name as created_by_name, k.created_at, k.expires_at,
  k.last_used_at, k.overlaps_until, k.revoked_at`;
export const apiKeyFrom = "api_keys k join memberships m on m.tenant_id = k.tenant_id and m.id = k.created_by";

export const readApiKey = async ({ tx }: Scope, id: string): Promise<ApiKeyWire> =>
  toWire(await queryOne<ApiKeyRow>(tx, `select ${apiKeySelect} from ${apiKeyFrom} where k.id = ?`, [id]));

type LockedApiKey = Pick<ApiKeyRow, "scopes"> & { readonly revoked: boolean };

/** Locks a key that is to be changed. @throws Problem `api-key-not-found` */
export async function lockApiKey({ tx }: Scope, id: string): Promise<LockedApiKey> {
  const [row] = await query<LockedApiKey>(
    tx,
    "select scopes, revoked_at is not null as revoked from api_keys where id = ? for update",
    [id],
  );
  if (row === undefined) throw new Problem("api-key-not-found");
  return row;
}

export const toWire = (row: ApiKeyRow): ApiKeyWire => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: [...row.scopes],
  createdBy: row.created_by_name,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  ...(row.last_used_at !== null && { lastUsedAt: row.last_used_at.toISOString() }),
  ...(row.overlaps_until !== null && { overlapsUntil: row.overlaps_until.toISOString() }),
  ...(row.revoked_at !== null && { revokedAt: row.revoked_at.toISOString() }),
});
