import type { SignInFirm } from "@plumbline/platform/embedded/issuer/account";
import { query } from "@plumbline/platform/sql";
import { findTenant, inTenant, nobody, type TenantPool } from "@plumbline/platform/tenancy";

/** A firm and its people as the local identity provider needs them; Auth0 keeps its own. */
export async function findSignInFirm(pool: TenantPool, slug: string): Promise<SignInFirm | undefined> {
  const tenantId = await findTenant(pool, slug);
  if (tenantId === undefined) return undefined;
  const [firm] = await inTenant(pool, { tenantId, actorId: nobody }, (tx) =>
    query<SignInFirm>(
      tx,
      `select t.slug, t.name, t.organization,
              coalesce((select jsonb_agg(jsonb_build_object('email', m.key, 'name', m.name, 'roles', m.roles) order by m.name)
                          from memberships m where m.tenant_id = t.id and m.kind = 'person' and m.roles <> '{}'), '[]') as people
         from tenants t`,
    ),
  );
  return firm;
}
