import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

export type OwnTenant = { readonly slug: string; readonly name: string; readonly roles: readonly string[] };

/** The firms to which the person who asks belongs, by name. A program belongs to none but this one and is told of none. */
export const listOwnTenants = (scope: Scope): Promise<OwnTenant[]> =>
  query<OwnTenant>(scope.tx, "select slug, name, roles from app.own_tenants()");
