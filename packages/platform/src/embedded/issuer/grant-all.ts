import type { KoaContextWithOIDC } from "oidc-provider";

export const oidcScopes = "openid profile email offline_access";
export const accessTokenSeconds = 3600;

/** Our own applications ask for nothing that a person would have to be asked about. */
export async function grantAll(context: KoaContextWithOIDC, audience: string, accountId?: string) {
  const { provider, client, session } = context.oidc;
  const account = accountId ?? session?.accountId;
  if (client === undefined || account === undefined) throw new Error("a grant needs a client and an account");
  const grant = new provider.Grant({ clientId: client.clientId, accountId: account });
  grant.addOIDCScope(oidcScopes);
  grant.addResourceScope(audience, oidcScopes);
  await grant.save();
  return grant;
}

/** Access tokens are JWTs for one audience. */
export const resourceServerInfo = (audience: string) =>
  ({
    scope: oidcScopes,
    audience,
    accessTokenFormat: "jwt",
    accessTokenTTL: accessTokenSeconds,
    jwt: { sign: { alg: "RS256" } },
  }) as const;
