import type { Response } from "express";
import type { Role } from "@plumbline/domain/access/roles";
import type { TenantId } from "@plumbline/domain/id";
import type { InScope } from "@plumbline/platform/scope";

/** The firm whose address was used. */
export type HostTenant = { readonly id: TenantId; readonly slug: string };

/** Who asks, in the firm whose address they used, with scopes to act in. */
export type Caller = {
  readonly inScope: InScope;
  readonly tenant: { readonly id: TenantId; readonly slug: string; readonly name: string };
  readonly partnerId: string;
  /** A person's address; a program has none. */
  readonly email?: string;
  readonly roles: readonly Role[];
};

/** What the edge found out about a request, for whoever comes after it. Express types this as `any`; here it has names. */
type Locals = { requestId: string; route?: string; tenant?: HostTenant; caller?: Caller };

export const locals = (response: Response): Locals => response.locals as Locals;

/** The tenant of a request behind the tenant edge. */
export function tenantOf(response: Response): HostTenant {
  const { tenant } = locals(response);
  if (tenant === undefined) throw new Error("no tenant was found for this request: the tenant edge did not run");
  return tenant;
}

/** The caller of a request behind the authentication edge. */
export function callerOf(response: Response): Caller {
  const { caller } = locals(response);
  if (caller === undefined) throw new Error("nobody was found to be asking: the authentication edge did not run");
  return caller;
}
