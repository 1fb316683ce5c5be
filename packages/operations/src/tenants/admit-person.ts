import { permissionsOf, type Role } from "@plumbline/domain/access/roles";
import type { ActorId, TenantId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { type InScope, scopesFor } from "@plumbline/platform/scope";
import { queryOne } from "@plumbline/platform/sql";
import { inTenant, nobody, type TenantPool } from "@plumbline/platform/tenancy";

/** Somebody who was let in, and the firm they are in. */
export type Admitted = {
  readonly inScope: InScope;
  readonly tenant: { readonly name: string };
  readonly partnerId: string;
  readonly roles: readonly Role[];
};

type Row = {
  readonly organization: string;
  readonly tenant: string;
  readonly partner_id: string;
  readonly id: ActorId | null;
  readonly name: string;
  readonly roles: readonly Role[];
};

/**
 * Lets a person in whose sign-in was for this firm's organisation and whose verified e-mail has a membership here. What
 * they may do is read now and not from the token, so that taking a role away acts at once.
 *
 * @throws Problem `token-refused` for another organisation, whether or not there is one | `membership-missing`
 */
export async function admitPerson(
  pool: TenantPool,
  {
    tenantId,
    organization,
    email,
  }: { readonly tenantId: TenantId; readonly organization: string; readonly email: string },
): Promise<Admitted & { readonly email: string }> {
  const key = lowered(email);
  const row = await inTenant(pool, { tenantId, actorId: nobody }, (tx) =>
    queryOne<Row>(
      tx,
      `select t.organization, t.name as tenant, t.partner_id, m.id, m.name, m.roles
         from tenants t
         left join memberships m on m.tenant_id = t.id and m.kind = 'person' and m.key = ? and m.roles <> '{}'`,
      [key],
    ),
  );
  if (row.organization !== organization) throw new Problem("token-refused");
  if (row.id === null) throw new Problem("membership-missing");
  const actor = { id: row.id, kind: "person", name: row.name, permissions: permissionsOf(row.roles) } as const;
  return {
    inScope: scopesFor(pool, { tenantId, actor }),
    tenant: { name: row.tenant },
    partnerId: row.partner_id,
    roles: row.roles,
    email: key,
  };
}

/** ASCII alone: elsewhere, letters that look alike become one, and with them two people. */
const lowered = (email: string): string => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
