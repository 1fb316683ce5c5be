import type { RequestHandler, Response } from "express";
import { brandWire, type BrandWire } from "@plumbline/contract/session";
import { askService } from "@plumbline/platform/ask-service";
import { notFoundPage } from "./plain-page.ts";
import type { TenantHosts } from "./tenant-host.ts";

export type Brand = BrandWire & { readonly origin: string };

/** A brand that was found stays for this long; a firm that was not found is asked for again at once. */
const rememberedMs = 10_000;
const rememberedMax = 1_000;
const timeoutMs = 5_000;

type Locals = { brand?: Brand };

/**
 * Finds the firm's brand by the host that was used, before anything is sent. A host that is no firm's gets a neutral page
 * and never somebody's look.
 */
export function hostBrand({ apiUrl, hosts }: { readonly apiUrl: string; readonly hosts: TenantHosts }): RequestHandler {
  const remembered = new Map<string, { readonly brand: Promise<Brand | undefined>; readonly until: number }>();
  const find = (slug: string, onBehalfOf: string | undefined): Promise<Brand | undefined> => {
    const known = remembered.get(slug);
    if (known !== undefined && known.until > Date.now()) return known.brand;
    if (remembered.size >= rememberedMax) remembered.clear();
    const brand = askForBrand({ apiUrl, hosts, onBehalfOf }, slug);
    remembered.set(slug, { brand, until: Date.now() + rememberedMs });
    const forget = () => void remembered.delete(slug);
    brand.then((found) => found === undefined && forget(), forget);
    return brand;
  };
  return async (request, response, next) => {
    response.vary("Host");
    const slug = hosts.slugOf(request.headers.host);
    const brand = slug === undefined ? undefined : await find(slug, request.ip);
    if (brand === undefined) return notFoundPage(response);
    (response.locals as Locals).brand = brand;
    next();
  };
}

/** The brand of a request behind `hostBrand`. */
export function brandOf(response: Response): Brand {
  const { brand } = response.locals as Locals;
  if (brand === undefined) throw new Error("no brand was found for this request: the brand edge did not run");
  return brand;
}

async function askForBrand(
  { apiUrl, hosts, onBehalfOf }: { apiUrl: string; hosts: TenantHosts; onBehalfOf: string | undefined },
  slug: string,
): Promise<Brand | undefined> {
  const origin = hosts.originOf(slug);
  const { status, body } = await askService(new URL("/v1/brand", apiUrl).href, {
    host: new URL(origin).host,
    timeoutMs,
    onBehalfOf,
  });
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`the API answered ${status} when asked for the brand of ${slug}`);
  return { ...brandWire.parse(JSON.parse(body)), origin };
}
