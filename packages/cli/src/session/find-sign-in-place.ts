import { createClient } from "@plumbline/client/client";
import { firmUrl, unreachable } from "../connection/connect.ts";
import { toRefusal } from "../connection/refusal.ts";
import { send } from "../connection/send.ts";
import { Failure } from "../failure.ts";
import type { SignInPlace } from "./sign-in.ts";

/** Asks the API where its people sign in, and for which organisation those of this firm do. */
export async function findSignInPlace(apiUrl: URL, tenant: string): Promise<SignInPlace> {
  const { issuer, clientId, audience } = await findIssuer(apiUrl);
  const client = createClient({ baseUrl: firmUrl({ apiUrl, tenant }), fetch: send });
  const { data, error, response } = await client.GET("/v1/brand").catch((cause: unknown) => {
    throw unreachable(apiUrl, cause);
  });
  if (response.status === 404) {
    throw new Failure(
      "failed",
      `There is no firm "${tenant}" at ${apiUrl.origin}. Its slug begins the address of its portal.`,
    );
  }
  if (data === undefined) throw toRefusal(error, response, apiUrl);
  return { apiUrl: apiUrl.origin, tenant, issuer, clientId, audience, organization: data.organization };
}

/** RFC 9728 says where to look; the client's name is our own addition. */
const metadataPath = "/.well-known/oauth-protected-resource";

async function findIssuer(apiUrl: URL): Promise<Pick<SignInPlace, "issuer" | "clientId" | "audience">> {
  const response = await send(new Request(new URL(metadataPath, apiUrl))).catch((cause: unknown) => {
    throw unreachable(apiUrl, cause);
  });
  const told = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>; // Checked below.
  const { authorization_servers: issuers, plumbline_cli_client_id: clientId, resource: audience } = told;
  const issuer: unknown = Array.isArray(issuers) ? issuers[0] : undefined;
  if (typeof issuer === "string" && typeof clientId === "string" && typeof audience === "string") {
    return { issuer, clientId, audience };
  }
  throw new Failure("failed", `${apiUrl.origin} does not say where to sign in. Is this the API?`);
}
