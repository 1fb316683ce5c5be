import type { RequestHandler } from "express";
import { findTenant, type TenantPool } from "@plumbline/platform/tenancy";
import { type HostTenant, locals } from "../caller.ts";
import { unknownAddress } from "./problems.ts";

/** A firm that was found stays found for this long; one that was not is looked for again at once. */
const rememberedMs = 30_000;
const rememberedMax = 10_000;

/**
 * Finds the firm by the address that was used: `<slug>.<domain>`. The host is the only thing asked, so nobody can be
 * talked into another firm by a header or a member of the body. An unknown host is answered as if nothing were here.
 */
export function hostTenant(pool: TenantPool, domain: string): RequestHandler {
  const remembered = new Map<string, { readonly tenant: HostTenant; readonly until: number }>();
  const find = async (slug: string): Promise<HostTenant | undefined> => {
    const known = remembered.get(slug);
    if (known !== undefined && known.until > Date.now()) return known.tenant;
    const id = await findTenant(pool, slug);
    if (id === undefined) return undefined;
    if (remembered.size >= rememberedMax) remembered.clear();
    remembered.set(slug, { tenant: { id, slug }, until: Date.now() + rememberedMs });
    return { id, slug };
  };
  return async (request, response, next) => {
    const slug = slugOf(request.headers.host, domain);
    const tenant = slug === undefined ? undefined : await find(slug);
    if (tenant === undefined) unknownAddress(request, response, next);
    else {
      locals(response).tenant = tenant;
      next();
    }
  };
}

/** The one label before the domain; undefined for anything else, the domain itself included. */
function slugOf(host: string | undefined, domain: string): string | undefined {
  const name = (host ?? "")
    .toLowerCase()
    .replace(/:\d{1,5}$/, "")
    .replace(/\.$/, "");
  const suffix = `.${domain}`;
  const slug = name.endsWith(suffix) ? name.slice(0, -suffix.length) : "";
  return /^[a-z][a-z0-9-]{1,62}$/.test(slug) ? slug : undefined;
}
