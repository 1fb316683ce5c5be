import { homedir } from "node:os";
import { join } from "node:path";
import { Failure } from "./failure.ts";

/** What a command was told by its surroundings, and the only place where they are read. Options win over the environment. */
export type Config = {
  /** Where the API is; firms live at `<slug>.<its host>`. */
  readonly apiUrl: URL | undefined;
  readonly tenant: string | undefined;
  readonly apiKey: string | undefined;
  /** Where the sign-in and unfinished plans lie. */
  readonly folder: string;
};

export const localApiUrl = "http://localhost:8081";

// prettier-ignore
// oxfmt-ignore
export const environmentNames = {
  PLUMB_API_URL:   `where the API is; ${localApiUrl}, or where you signed in last`,
  PLUMB_TENANT:    "the firm's slug; where you signed in last",
  PLUMB_API_KEY:   "an API key, used instead of a sign-in",
  XDG_CONFIG_HOME: "folder of `plumb/`, which holds the sign-in and unfinished plans; ~/.config",
  NO_COLOR:        "anything: no colours",
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(
  environment: Environment,
  options: { readonly api: string | undefined; readonly tenant: string | undefined },
): Config {
  const given = (name: keyof typeof environmentNames) => environment[name] || undefined; // Empty means not set.
  const address = options.api ?? given("PLUMB_API_URL");
  const home = given("XDG_CONFIG_HOME") ?? join(homedir(), ".config");
  return {
    apiUrl: address === undefined ? undefined : toApiUrl(address),
    tenant: toTenant(options.tenant ?? given("PLUMB_TENANT")),
    apiKey: given("PLUMB_API_KEY"),
    folder: join(home, "plumb"),
  };
}

/** https://no-color.org */
export const isColourWanted = (environment: Environment): boolean => !environment["NO_COLOR"];

/** It becomes part of the address that a key or a sign-in is sent to, so it must not lead elsewhere. */
function toTenant(text: string | undefined): string | undefined {
  if (text === undefined || /^[a-z][a-z0-9-]*$/i.test(text)) return text;
  throw new Failure("usage", `"${text}" is not a firm. Write its slug, which begins the address of its portal.`);
}

export function toApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/" || url.search !== "") {
    throw new Failure("usage", `"${text}" is not the address of an API. Write it like ${localApiUrl}.`);
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new Failure("usage", `"${text}" would send your sign-in in the clear. Write https.`);
  }
  // Firms live below a name, and a number has nothing below it.
  if (isLoopback(url.hostname) && !url.hostname.endsWith("localhost")) url.hostname = "localhost";
  return url;
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host.endsWith(".localhost") || host === "127.0.0.1" || host === "[::1]";
