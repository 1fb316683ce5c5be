import { join } from "node:path";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import type { SignInFirm } from "@plumbline/platform/embedded/issuer/account";
import { advice } from "@plumbline/platform/advice";
import { startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { demoFirms } from "../demo/firm-data.ts";
import type { StartConfig } from "./config.ts";

/** Who signs people in, and what the portal and the command line are there. */
export type SignIn = {
  readonly issuerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Undefined when the settings name none: then the command line cannot sign in. */
  readonly cliClientId: string | undefined;
};

/**
 * The Auth0 tenant of the settings, or else the local identity provider with the people of the demo firms.
 *
 * @throws advice when its port is taken, or a setting is missing
 */
export async function startSignIn(input: {
  readonly config: StartConfig;
  readonly statePath: string;
  readonly pool: TenantPool;
  readonly port: number;
  readonly undo: (() => Promise<void>)[];
}): Promise<SignIn> {
  const { config } = input;
  if (config.AUTH_ISSUER_URL !== undefined) {
    const { AUTH_ISSUER_URL: issuerUrl, AUTH_CLIENT_ID: clientId, AUTH_CLIENT_SECRET: clientSecret } = config;
    const { AUTH_CLI_CLIENT_ID: cliClientId } = config;
    if (clientId && clientSecret) return { issuerUrl, clientId, clientSecret, cliClientId };
    throw advice("AUTH_ISSUER_URL needs AUTH_CLIENT_ID and AUTH_CLIENT_SECRET beside it: docs/guides/use-auth0.md");
  }
  const issuer = await startLocalIssuer({
    port: input.port,
    directory: join(input.statePath, "issuer"),
    audience: config.AUTH_AUDIENCE,
    claimsNamespace: config.AUTH_CLAIMS_NAMESPACE,
    domain: config.APP_DOMAIN,
    firms: () => demoSignInFirms(input.pool),
  });
  input.undo.push(issuer.close);
  return { issuerUrl: issuer.url, ...issuer.portal, cliClientId: issuer.cli.clientId };
}

/** The demo firms with their people, as far as they are provisioned. */
export async function demoSignInFirms(pool: TenantPool): Promise<SignInFirm[]> {
  const found = await Promise.all(demoFirms.map((slug) => findSignInFirm(pool, slug)));
  return found.filter((firm) => firm !== undefined);
}
