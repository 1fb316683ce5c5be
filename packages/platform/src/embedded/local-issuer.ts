import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { Provider } from "oidc-provider";
import { advice } from "../advice.ts";
import { listen } from "../listen.ts";
import { privateFolder, readOrCreateSecret } from "../state-folder.ts";
import type { SignInFirm } from "./issuer/account.ts";
import { allowLocalSignIn } from "./issuer/local-sign-in-grant.ts";
import { cliClientId, portalClientId, providerSettings } from "./issuer/provider-settings.ts";
import { letPeopleSignIn } from "./issuer/sign-in-routes.ts";

export type LocalIssuerOptions = {
  /** Loopback, and nothing else. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where the signing key and the portal's secret are kept between starts. */
  readonly directory: string;
  /** What access tokens are for: the API's `AUTH_AUDIENCE`. */
  readonly audience: string;
  /** What the names of the e-mail claims begin with: the API's `AUTH_CLAIMS_NAMESPACE`. */
  readonly claimsNamespace: string;
  /** Firms live at `<slug>.<domain>`; sign-ins go back there and nowhere else. */
  readonly domain: string;
  /** Whom it may sign in. Asked each time, so that people who come and go are noticed. */
  readonly firms: () => Promise<readonly SignInFirm[]>;
};

export type LocalIssuer = {
  /** The issuer's name and address, which ends in a slash as Auth0's does. */
  readonly url: string;
  readonly port: number;
  readonly portal: { readonly clientId: string; readonly clientSecret: string };
  readonly cli: { readonly clientId: string };
  readonly close: () => Promise<void>;
};

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * Starts the identity provider of a machine that has none: whoever can reach it signs in as anybody with one click, so it
 * listens on loopback only and never in production. Code with PKCE for the portal and the command line, the device flow
 * for terminals without a browser, and `urn:plumbline:grant:local-sign-in` for programs; tokens carry the claims that
 * Auth0 Organizations send.
 *
 * @throws advice in production, for an address others can reach, and when the port is taken
 */
export async function startLocalIssuer(options: LocalIssuerOptions): Promise<LocalIssuer> {
  const { host = "127.0.0.1", port, directory } = options;
  refuseStrangers(host);
  await privateFolder(directory);
  const signingKey = JSON.parse(await readOrCreateSecret(join(directory, "signing-key.json"), newSigningKey)) as object;
  const portalSecret = await readOrCreateSecret(join(directory, "portal-secret"));

  // The issuer's name holds its port, which is known once the door is open.
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = await listen((request, response) => answer(request, response), { host, port });
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}/`;
  const provider = new Provider(url, providerSettings({ ...options, signingKey, portalSecret }));
  allowLocalSignIn(provider, options);
  letPeopleSignIn(provider, options);
  const callback = provider.callback();
  answer = (request, response) => (isForUs(request) ? void callback(request, response) : misdirected(response));
  return {
    url,
    port: server.port,
    portal: { clientId: portalClientId, clientSecret: portalSecret },
    cli: { clientId: cliClientId },
    close: server.close,
  };
}

function refuseStrangers(host: string): void {
  if (process.env["NODE_ENV"] === "production") {
    throw advice(
      "The local identity provider signs anybody in and does not start in production. " +
        "Set AUTH_ISSUER_URL to your Auth0 tenant: docs/guides/use-auth0.md.",
    );
  }
  if (!loopback.has(host)) {
    throw advice(`The local identity provider signs anybody in, so it listens on 127.0.0.1 and not on ${host}.`);
  }
}

/** A page elsewhere that points its own name at this machine must not be taken for somebody at its keyboard. */
function isForUs({ headers }: IncomingMessage): boolean {
  const name = (headers.host ?? "").replace(/:\d{1,5}$/, "").replace(/^\[(.*)\]$/, "$1");
  return loopback.has(name);
}

const misdirected = (response: ServerResponse): void => void response.writeHead(421).end();

function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const kid = randomBytes(12).toString("hex");
  return JSON.stringify({ ...privateKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" });
}
