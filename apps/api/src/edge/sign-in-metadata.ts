import type { RequestHandler } from "express";

/** Where people of this API sign in, for programs that sign them in without our pages. */
export type SignIn = {
  readonly issuerUrl: string;
  readonly audience: string;
  /** The public client of the command line. */
  readonly cliClientId: string;
};

export const signInMetadataPath = "/.well-known/oauth-protected-resource";

/** The metadata of RFC 9728, and by which client the command line is known to the issuer. None of it is a secret. */
export function signInMetadata({ issuerUrl, audience, cliClientId }: SignIn): RequestHandler {
  const document = JSON.stringify({
    resource: audience,
    authorization_servers: [issuerUrl],
    bearer_methods_supported: ["header"],
    plumbline_cli_client_id: cliClientId,
  });
  return (_request, response) => void response.type("application/json").send(document);
}
