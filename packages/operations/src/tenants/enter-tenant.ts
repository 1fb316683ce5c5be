import { permissionsOf, type Role, type SystemActor, systemActors } from "@plumbline/domain/access/roles";
import type { ActorId, TenantId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { type Actor, type InScope, scopesFor } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { findTenant, inTenant, nobody, type TenantPool } from "@plumbline/platform/tenancy";

type ActorRow = {
  readonly id: ActorId;
  readonly kind: "person" | "system";
  readonly key: string;
  readonly name: string;
  readonly roles: readonly Role[];
};

/** Who enters: a person by e-mail, or the system actor of a job. */
export type Entrant =
  | { readonly kind: "person"; readonly email: string }
  | { readonly kind: "system"; readonly name: SystemActor };

/**
 * Opens scopes for one actor of one tenant, found by the tenant's slug. What the actor may do is read once, here.
 *
 * @throws Problem `tenant-not-found` | `membership-missing`
 */
export async function enterTenant(
  pool: TenantPool,
  slug: string,
  entrant: Entrant,
  clock?: () => Date,
): Promise<InScope> {
  const tenantId = await findTenant(pool, slug);
  if (tenantId === undefined) throw new Problem("tenant-not-found", { detail: `There is no tenant ${slug}.` });
  return enterTenantById(pool, tenantId, entrant, clock);
}

/** As `enterTenant`, for jobs, which know their tenant by id. */
export async function enterTenantById(
  pool: TenantPool,
  tenantId: TenantId,
  entrant: Entrant,
  clock?: () => Date,
): Promise<InScope> {
  const key = entrant.kind === "person" ? entrant.email : entrant.name;
  const row = await findMember(pool, tenantId, entrant.kind, key);
  if (row === undefined) throw new Problem("membership-missing", { detail: `${key} does not belong to this tenant.` });
  return scopesFor(pool, { tenantId, actor: toActor(row), ...(clock === undefined ? {} : { clock }) });
}

export async function findMember(
  pool: TenantPool,
  tenantId: TenantId,
  kind: Entrant["kind"],
  key: string,
): Promise<ActorRow | undefined> {
  const [row] = await inTenant(pool, { tenantId, actorId: nobody }, (tx) =>
    query<ActorRow>(tx, "select id, kind, key, name, roles from memberships where kind = ? and key = ?", [kind, key]),
  );
  return row;
}

const toActor = (row: ActorRow): Actor => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  permissions: row.kind === "system" ? new Set(systemActors[row.key as SystemActor]) : permissionsOf(row.roles),
});
