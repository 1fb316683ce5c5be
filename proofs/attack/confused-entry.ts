import type { RawRequest } from "./ask-raw.ts";
import { changed, forgeToken, type Json, rsa } from "./forge-token.ts";
import type { TokenWorld } from "./token-world.ts";

/** What is shown, as a bearer token or as a whole request, under the words an attacker would use for it. */
export type Entry = readonly [name: string, shown: string | Partial<RawRequest>];

export const bearer = (token: string): Partial<RawRequest> => ({ headers: [["authorization", `Bearer ${token}`]] });

/** The good token with something changed, signed by the issuer unless said otherwise. */
export const forger =
  ({ parts, signingKey }: TokenWorld) =>
  (change: { readonly header?: Json; readonly claims?: Json }, signature = rsa(signingKey)): string =>
    forgeToken(changed(parts, change), signature);
