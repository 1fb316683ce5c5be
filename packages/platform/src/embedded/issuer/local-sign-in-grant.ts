import { errors, type Provider, type TokenEndpointGrantContext } from "oidc-provider";
import { accountsOf, type SignInFirm } from "./account.ts";
import { grantAll, resourceServerInfo } from "./grant-all.ts";

/** Signs a person of a firm in without a browser: for tests, scripts and the command line, and here only. */
export const localSignInGrant = "urn:plumbline:grant:local-sign-in";

type Asked = { readonly email?: string; readonly organization?: string };

export function allowLocalSignIn(
  provider: Provider,
  { audience, firms }: { readonly audience: string; readonly firms: () => Promise<readonly SignInFirm[]> },
): void {
  const handle = async (context: TokenEndpointGrantContext<Asked>): Promise<void> => {
    const { client, params } = context.oidc;
    const account = accountsOf(await firms()).find(
      ({ firm, person }) => firm.organization === params.organization && person.email === params.email,
    );
    if (account === undefined) throw new errors.InvalidGrant("nobody with this e-mail is in this organization");
    const grant = await grantAll(context, audience, account.id);
    const token = {
      client,
      accountId: account.id,
      grantId: grant.jti,
      gty: localSignInGrant,
      scope: grant.getResourceScope(audience),
    };
    const accessToken = new provider.AccessToken({
      ...token,
      resourceServer: new provider.ResourceServer(audience, resourceServerInfo(audience)),
    });
    const refreshToken = new provider.RefreshToken({ ...token, resource: audience });
    context.body = {
      access_token: await accessToken.save(),
      refresh_token: await refreshToken.save(),
      token_type: "Bearer",
      expires_in: accessToken.expiration,
      scope: token.scope,
    };
  };
  provider.registerGrantType<Asked>(localSignInGrant, handle, ["email", "organization"]);
}
