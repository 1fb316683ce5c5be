import { createPublicKey, verify } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { Problem } from "@plumbline/domain/problem";
import { enterTenantById } from "@plumbline/operations/tenants/enter-tenant";
import { locals, tenantOf } from "../../apps/api/src/caller.ts";
import { type Json, partsOf } from "./forge-token.ts";
import { audience, claimsNamespace, goodEmail, type TokenWorld } from "./token-world.ts";

/** A guard that forgets one thing, and the confused token that gets past it for that reason. */
type ForgetfulGuard = { readonly forgets: string; readonly letsIn: string; readonly guard: RequestHandler };

export const forgetfulGuards = (world: TokenWorld): ForgetfulGuard[] => [
  ...Object.entries(looks).map(([forgets, { letsIn }]) => ({
    forgets,
    letsIn,
    guard: lookingAtAllBut(world, forgets),
  })),
  { forgets: "a key's secret", letsIn: "a good prefix with a random secret", guard: byPrefix(world) },
];

type Look = {
  readonly letsIn: string;
  readonly holds: (
    world: TokenWorld,
    shown: { readonly token: string; readonly claims: Json; readonly slug: string },
  ) => boolean;
};

/** What a guard must look at, written apart from ours, and what gets in when it does not. */
const looks: Readonly<Record<string, Look>> = {
  "the signature": {
    letsIn: "alg none, no signature",
    holds: ({ signingKey }, { token }) => {
      const [, input = "", signature = ""] = /^(.*)\.(.*)$/.exec(token) ?? [];
      return verify("sha256", Buffer.from(input), createPublicKey(signingKey), Buffer.from(signature, "base64url"));
    },
  },
  "the issuer": { letsIn: "iss another", holds: ({ issuer }, { claims }) => claims["iss"] === issuer.url },
  "the audience": { letsIn: "an ID token of the portal", holds: (_world, { claims }) => claims["aud"] === audience },
  "the expiry": { letsIn: "expired", holds: (_world, { claims }) => Number(claims["exp"]) * 1000 > Date.now() },
  "the organisation": {
    letsIn: "the same person's token for another firm of the partner",
    holds: ({ here, sister, foreign }, { claims, slug }) =>
      [here, sister, foreign].some((firm) => firm.slug === slug && firm.organization === claims["org_id"]),
  },
  "the e-mail's verification": {
    letsIn: "e-mail not verified",
    holds: (_world, { claims }) => claims[`${claimsNamespace}email_verified`] === true,
  },
};

const lookingAtAllBut =
  (world: TokenWorld, forgotten: string): RequestHandler =>
  async (request, response, next) => {
    const token = shownBy(request);
    const { claims } = partsOf(token);
    const { slug } = tenantOf(response);
    const refused = Object.entries(looks).some(
      ([name, { holds }]) => name !== forgotten && !holds(world, { token, claims, slug }),
    );
    if (refused) throw new Problem("token-refused");
    await enter(world, String(claims[`${claimsNamespace}email`]), response);
    next();
  };

/** Finds the key, and takes that for proof. */
const byPrefix =
  (world: TokenWorld): RequestHandler =>
  async (request, response, next) => {
    const [, prefix] = shownBy(request).split("_");
    const { rows } = await world.database.admin.query("select from api_keys where prefix = $1", [prefix]);
    if (rows.length === 0) throw new Problem("token-refused");
    await enter(world, goodEmail, response);
    next();
  };

const shownBy = (request: Request): string => (request.headers.authorization ?? "").replace(/^Bearer /, "");

async function enter({ database }: TokenWorld, email: string, response: Response): Promise<void> {
  const tenant = tenantOf(response);
  const inScope = await enterTenantById(database.pool, tenant.id, { kind: "person", email });
  locals(response).caller = {
    inScope,
    tenant: { ...tenant, name: tenant.slug },
    partnerId: "partner",
    email,
    roles: [],
  };
}
