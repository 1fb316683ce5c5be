import type { LocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import { outbound } from "@plumbline/platform/outbound";

export type SignedIn = { readonly accessToken: string; readonly refreshToken: string };

/** Signs a person of a firm in at the local issuer, without a browser. */
export async function signInLocally(
  issuer: Pick<LocalIssuer, "url" | "cli">,
  who: { readonly email: string; readonly organization: string },
): Promise<SignedIn> {
  const form = { grant_type: "urn:plumbline:grant:local-sign-in", client_id: issuer.cli.clientId, ...who };
  const response = await outbound(`${issuer.url}oauth/token`, { method: "POST", body: new URLSearchParams(form) });
  const answer = (await response.json()) as Readonly<Record<string, string>>;
  const { access_token: accessToken, refresh_token: refreshToken } = answer;
  if (accessToken === undefined || refreshToken === undefined) {
    throw new Error(`${who.email} cannot sign in for ${who.organization}: ${answer["error_description"]}`);
  }
  return { accessToken, refreshToken };
}
