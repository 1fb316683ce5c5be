import * as oidc from "openid-client";
import { isLoopback } from "../config.ts";
import { send } from "../connection/send.ts";
import type { Session } from "./session-file.ts";

/**
 * A newer token for a sign-in; undefined when it cannot be renewed, because there is no refresh token or it is no longer
 * taken.
 */
export async function refreshSession(session: Session): Promise<Session | undefined> {
  if (session.refreshToken === undefined) return undefined;
  try {
    const issuer = await discover(session);
    return toSession(session, await oidc.refreshTokenGrant(issuer, session.refreshToken));
  } catch (error) {
    if (error instanceof oidc.ResponseBodyError) return undefined;
    throw error;
  }
}

async function discover({ issuer, clientId }: Pick<Session, "issuer" | "clientId">): Promise<oidc.Configuration> {
  const url = new URL(issuer);
  return oidc.discovery(url, clientId, undefined, oidc.None(), {
    [oidc.customFetch]: (address, options) => send(new Request(address, options as RequestInit)),
    execute: isLoopback(url.hostname) ? [oidc.allowInsecureRequests] : [],
  });
}

function toSession(
  session: Pick<Session, "apiUrl" | "tenant" | "issuer" | "clientId" | "refreshToken">,
  tokens: Awaited<ReturnType<typeof oidc.refreshTokenGrant>>,
): Session {
  const refreshToken = tokens.refresh_token ?? session.refreshToken;
  return {
    apiUrl: session.apiUrl,
    tenant: session.tenant,
    issuer: session.issuer,
    clientId: session.clientId,
    accessToken: tokens.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    expiresAt: Date.now() + (tokens.expiresIn() ?? 0) * 1000,
  };
}
