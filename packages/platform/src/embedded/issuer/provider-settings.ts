import { type Configuration, interactionPolicy } from "oidc-provider";
import { findAccount, type SignInFirm } from "./account.ts";
import {
  deviceDonePage,
  deviceInputPage,
  deviceConfirmPage,
  failurePage,
  signOutPage,
  signedOutPage,
} from "./pages.ts";
import { accessTokenSeconds, grantAll, oidcScopes, resourceServerInfo } from "./grant-all.ts";
import { localSignInGrant } from "./local-sign-in-grant.ts";
import { openVolatileStore } from "./volatile-store.ts";

export const portalClientId = "plumbline-portal";
export const cliClientId = "plumbline-cli";

const signInSeconds = 15 * 60;
const sessionSeconds = 14 * 86_400;

export type IssuerSettings = {
  readonly audience: string;
  readonly claimsNamespace: string;
  readonly domain: string;
  readonly signingKey: object;
  readonly portalSecret: string;
  readonly firms: () => Promise<readonly SignInFirm[]>;
};

/** What makes the library behave as Auth0 does: its addresses, its claims, one audience, consent given in advance. */
export function providerSettings(settings: IssuerSettings): Configuration {
  const { audience, firms } = settings;
  return {
    jwks: { keys: [settings.signingKey] },
    clients: clientsOf(settings),
    adapter: openVolatileStore(),
    scopes: oidcScopes.split(" "),
    claims: { openid: ["sub", "org_id", "org_name"], email: ["email", "email_verified"], profile: ["name"] },
    conformIdTokenClaims: false,
    extraParams: ["organization", "audience"],
    extraTokenClaims: async (_context, token) =>
      "accountId" in token
        ? accessClaims(settings, findAccount(await firms(), token.accountId), token.clientId)
        : undefined,
    findAccount: async (_context, id) => {
      const account = findAccount(await firms(), id);
      return account && { accountId: id, claims: () => ({ sub: id, ...identityClaims(account) }) };
    },
    issueRefreshToken: (_context, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    loadExistingGrant: (context) => grantAll(context, audience),
    interactions: { policy: signInPolicy(), url: (_context, { uid }) => `/sign-in/${uid}` },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => resourceServerInfo(audience),
      },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: deviceInputPage,
        userCodeConfirmSource: deviceConfirmPage,
        successSource: deviceDonePage,
      },
      rpInitiatedLogout: { enabled: true, logoutSource: signOutPage, postLogoutSuccessSource: signedOutPage },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
    },
    renderError: failurePage,
    routes: {
      authorization: "/authorize",
      token: "/oauth/token",
      device_authorization: "/oauth/device/code",
      code_verification: "/activate",
      revocation: "/oauth/revoke",
      userinfo: "/userinfo",
      jwks: "/.well-known/jwks.json",
      end_session: "/oidc/logout",
    },
    ttl: {
      AccessToken: accessTokenSeconds,
      IdToken: accessTokenSeconds,
      AuthorizationCode: 60,
      DeviceCode: signInSeconds,
      Interaction: signInSeconds,
      Session: sessionSeconds,
      Grant: sessionSeconds,
      RefreshToken: sessionSeconds,
    },
  };
}

const clientsOf = ({ domain, portalSecret }: IssuerSettings): NonNullable<Configuration["clients"]> => [
  {
    client_id: portalClientId,
    client_name: "Plumbline portal",
    client_secret: portalSecret,
    token_endpoint_auth_method: "client_secret_post",
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    // Name the place; which addresses of it are meant is decided by `allowEveryFirmsAddress`.
    redirect_uris: [`http://${domain}/callback`],
    post_logout_redirect_uris: [`http://${domain}/`],
  },
  {
    client_id: cliClientId,
    client_name: "Plumbline on the command line",
    token_endpoint_auth_method: "none",
    application_type: "native",
    grant_types: [
      "authorization_code",
      "urn:ietf:params:oauth:grant-type:device_code",
      "refresh_token",
      localSignInGrant,
    ],
    response_types: ["code"],
    redirect_uris: ["http://127.0.0.1/callback"],
  },
];

const identityClaims = ({ firm, person }: NonNullable<ReturnType<typeof findAccount>>) => ({
  email: person.email,
  email_verified: true,
  name: person.name,
  org_id: firm.organization,
  org_name: firm.slug,
});

/** As an Auth0 Action adds them: access tokens take custom claims under a namespace only. */
function accessClaims(
  { claimsNamespace }: IssuerSettings,
  account: ReturnType<typeof findAccount>,
  clientId: string | undefined,
) {
  if (account === undefined) return undefined;
  const { email, email_verified, org_id, org_name } = identityClaims(account);
  return {
    org_id,
    org_name,
    azp: clientId,
    [`${claimsNamespace}email`]: email,
    [`${claimsNamespace}email_verified`]: email_verified,
  };
}

/** Whoever is signed in for one firm signs in anew for another, and so does somebody who has left. */
function signInPolicy() {
  const policy = interactionPolicy.base();
  // Confirming the code was the terminal's question already.
  policy.get("consent")?.checks.remove("native_client_prompt");
  policy.get("login")?.checks.add(
    new interactionPolicy.Check("other_organization", "The sign-in is for another organisation", ({ oidc }) => {
      const asked = oidc.params?.["organization"];
      const signedInFor = oidc.session?.accountId?.split("|")[1];
      return (
        signedInFor !== undefined && (oidc.account === undefined || (asked !== undefined && asked !== signedInFor))
      );
    }),
  );
  return policy;
}
