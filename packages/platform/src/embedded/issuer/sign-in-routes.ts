import type { IncomingMessage } from "node:http";
import { type Client, errors, type KoaContextWithOIDC, type Provider } from "oidc-provider";
import { accountsOf, findAccount, type SignInFirm } from "./account.ts";
import { expiredPage, signInPage } from "./pages.ts";
import { portalClientId } from "./provider-settings.ts";

const formBytesMax = 4_096;

type Context = Pick<
  KoaContextWithOIDC,
  "req" | "res" | "path" | "method" | "redirect" | "type" | "body" | "status" | "set"
>;
type Options = { readonly domain: string; readonly firms: () => Promise<readonly SignInFirm[]> };

/** Adds the page on which people say who they are, and lets sign-ins go back to every firm's address. */
export function letPeopleSignIn(provider: Provider, options: Options): void {
  allowEveryFirmsAddress(provider, options.domain);
  provider.use(async (context, next) => {
    if (/^\/sign-in\/[\w-]+$/.test(context.path)) await signIn(provider, options, context);
    else await next();
  });
}

async function signIn(provider: Provider, { firms }: Options, context: Context): Promise<void> {
  const interaction = await provider.interactionDetails(context.req, context.res).catch(asExpired);
  if (interaction === undefined) return expiredPage(context);
  const { organization: asked, redirect_uri: redirect } = interaction.params;
  const offered = (await firms()).filter(({ organization }) => asked === undefined || asked === organization);
  if (context.method === "POST") {
    const account = findAccount(offered, await chosenAccount(context.req));
    if (account !== undefined) {
      const result = { login: { accountId: account.id }, consent: {} };
      const next = await provider.interactionResult(context.req, context.res, result);
      context.status = 303;
      return context.redirect(next);
    }
  }
  signInPage(context, {
    firms: offered.map((firm) => ({ firm, accounts: accountsOf([firm]) })),
    action: context.path,
    returnsTo: typeof redirect === "string" ? redirect : interaction.returnTo,
  });
}

function asExpired(error: unknown): undefined {
  if (error instanceof errors.SessionNotFound) return undefined;
  throw error;
}

async function chosenAccount(request: IncomingMessage): Promise<string | undefined> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += String(chunk);
    if (body.length > formBytesMax) return undefined;
  }
  return new URLSearchParams(body).get("account") ?? undefined;
}

/** Firms come and go while the issuer runs, so their addresses are recognised and not listed. */
function allowEveryFirmsAddress(provider: Provider, domain: string): void {
  const { prototype } = provider.Client;
  // Ports of a loopback address are up to the terminal that waits there (RFC 8252); the library sees to it.
  const listed = Object.getOwnPropertyDescriptor(prototype, "redirectUriAllowed")?.value as (
    address: string,
  ) => boolean;
  const isFirms = (address: string, path: RegExp): boolean => {
    if (!URL.canParse(address)) return false;
    const { protocol, hostname, pathname, username, hash } = new URL(address);
    const firm = hostname.endsWith(`.${domain}`) ? hostname.slice(0, -domain.length - 1) : "";
    return (
      /^https?:$/.test(protocol) && /^[a-z][a-z0-9-]*$/.test(firm) && path.test(pathname) && username + hash === ""
    );
  };
  prototype.redirectUriAllowed = function (this: Client, address) {
    return this.clientId === portalClientId ? isFirms(address, /^\/callback$/) : listed.call(this, address);
  };
  prototype.postLogoutRedirectUriAllowed = function (this: Client, address) {
    return this.clientId === portalClientId && isFirms(address, /^\//);
  };
}
