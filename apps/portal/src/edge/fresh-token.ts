import { createHash } from "node:crypto";
import type { Request } from "express";
import type { Log } from "@plumbline/platform/log";
import { sessionName } from "./sign-in.ts";

/** A token is renewed this long before it ends, so that it does not end on its way. */
const marginSeconds = 30;
/** Requests that were on their way with the old cookie find the renewed session for this long. */
const rememberedMs = 30_000;

type Session = Record<string, unknown>;

/**
 * Renewals under way or just done, by the refresh token they used up: an issuer that rotates refresh tokens takes a second
 * use for theft and signs the person out.
 */
const renewals = new Map<string, Promise<Session>>();

/** The access token of whoever is signed in, renewed when it is about to end; undefined for nobody. */
export async function freshToken(request: Request, log: Log): Promise<string | undefined> {
  const { accessToken, refreshToken } = request.oidc;
  if (accessToken === undefined) return undefined;
  if (accessToken.expires_in > marginSeconds || refreshToken === undefined) return accessToken.access_token;
  const key = createHash("sha256").update(refreshToken).digest("base64");
  const session = sessionOf(request);
  const renewal = renewals.get(key) ?? accessToken.refresh().then(() => ({ ...session }));
  if (!renewals.has(key)) {
    renewals.set(key, renewal);
    const forget = () => void setTimeout(() => renewals.delete(key), rememberedMs).unref();
    renewal.then(forget, forget);
  }
  try {
    Object.assign(session, await renewal);
    return String(session["access_token"]);
  } catch (error) {
    log.info("a session could not be renewed", { error });
    return undefined;
  }
}

/** The library keeps the session on the request, under the cookie's name, and writes it back with the answer. */
function sessionOf(request: Request): Session {
  const kept = request as unknown as Record<string, Session | undefined>;
  const session = kept[sessionName(true)] ?? kept[sessionName(false)];
  if (session === undefined) throw new Error("no session was read for this request: the sign-in edge did not run");
  return session;
}
