import * as oidc from "openid-client";
import { isLoopback } from "../config.ts";
import { send } from "../connection/send.ts";
import { Failure } from "../failure.ts";
import { openLoopback } from "./open-loopback.ts";
import type { Session } from "./session-file.ts";

/** Where a person signs in, as whom the command line is known there, and what the sign-in must be for. */
export type SignInPlace = {
  readonly apiUrl: string;
  readonly tenant: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly audience: string;
  readonly organization: string;
};

type Issuer = Pick<Session, "issuer" | "clientId">;

const scope = "openid profile email offline_access";
const localGrant = "urn:plumbline:grant:local-sign-in";

/** Signs in through a browser of this machine: shows the address to open, then waits until the browser comes back. */
export async function signInByBrowser(
  place: SignInPlace,
  options: {
    /** Where the browser may come back to: the first that is free. */
    readonly ports: readonly number[];
    readonly show: (address: URL) => void;
    readonly waitMs: number;
    readonly stop: AbortSignal;
  },
): Promise<Session> {
  return atIssuer(place, async (issuer) => {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const loopback = await openLoopback(options.ports, state);
    try {
      const asked = {
        scope,
        organization: place.organization,
        audience: place.audience,
        redirect_uri: loopback.address,
        state,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      };
      options.show(oidc.buildAuthorizationUrl(issuer, asked));
      const back = await inTime(loopback.cameBack, options);
      const checks = { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true };
      return toSession(place, await oidc.authorizationCodeGrant(issuer, back, checks));
    } finally {
      await loopback.close();
    }
  });
}

/** @throws Failure when it took too long, and the reason of `stop` when it was stopped */
async function inTime<T>(
  coming: Promise<T>,
  { waitMs, stop }: { readonly waitMs: number; readonly stop: AbortSignal },
): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const late = "You are not signed in: no browser came back in time. Begin again: plumb login";
  const timer = setTimeout(() => reject(new Failure("signed-out", late)), waitMs);
  const end = () => reject(stop.reason as Error); // An AbortError: nobody gives another reason.
  stop.addEventListener("abort", end, { once: true });
  if (stop.aborted) end();
  try {
    return await Promise.race([coming, ended]);
  } finally {
    clearTimeout(timer);
    stop.removeEventListener("abort", end);
  }
}

/** What a person must do in a browser, here or on another machine. */
export type DeviceTask = { readonly url: string; readonly code: string };

/** Signs in through a browser of any machine by a code: shows the task, then waits until it is done. */
export async function signInByDevice(
  place: SignInPlace,
  { show, stop }: { readonly show: (task: DeviceTask) => void; readonly stop: AbortSignal },
): Promise<Session> {
  return atIssuer(place, async (issuer) => {
    const { organization, audience } = place;
    const task = await oidc.initiateDeviceAuthorization(issuer, { scope, organization, audience });
    show({ url: task.verification_uri_complete ?? task.verification_uri, code: task.user_code });
    return toSession(place, await oidc.pollDeviceAuthorizationGrant(issuer, task, undefined, { signal: stop }));
  });
}

/** Signs in as a person of a demo firm in one step. Only an issuer on this machine does that. */
export async function signInLocally(place: SignInPlace, email: string): Promise<Session> {
  if (!isLoopback(new URL(place.issuer).hostname)) {
    throw new Failure("usage", `--as works with an issuer on this machine only, and this one is ${place.issuer}`);
  }
  const { organization } = place;
  return atIssuer(place, async (issuer) => {
    const tokens = await oidc
      .genericGrantRequest(issuer, localGrant, { email, organization })
      .catch((cause: unknown) => {
        if (!(cause instanceof oidc.ResponseBodyError) || cause.error !== "invalid_grant") throw cause;
        throw new Failure("signed-out", `Nobody with the e-mail ${email} is at ${place.tenant}.`, { cause });
      });
    return toSession(place, tokens);
  });
}

/**
 * A newer token for a sign-in; undefined when it cannot be renewed, because there is no refresh token or it is no longer
 * taken.
 */
export async function refreshSession(session: Session): Promise<Session | undefined> {
  const { refreshToken } = session;
  if (refreshToken === undefined) return undefined;
  return atIssuer(session, async (issuer) => {
    try {
      return toSession(session, await oidc.refreshTokenGrant(issuer, refreshToken));
    } catch (error) {
      if (error instanceof oidc.ResponseBodyError) return undefined;
      throw error;
    }
  });
}

/** Tells the issuer that a sign-in is over, so that what somebody copied of it is worth nothing. */
export async function revokeSession(session: Session): Promise<void> {
  const { refreshToken } = session;
  if (refreshToken === undefined) return;
  await atIssuer(session, (issuer) => oidc.tokenRevocation(issuer, refreshToken));
}

async function atIssuer<T>(place: Issuer, act: (issuer: oidc.Configuration) => Promise<T>): Promise<T> {
  try {
    return await act(await discover(place));
  } catch (error) {
    throw toFailure(error, place.issuer);
  }
}

const discover = ({ issuer, clientId }: Issuer): Promise<oidc.Configuration> => {
  const url = new URL(issuer);
  return oidc.discovery(url, clientId, undefined, oidc.None(), {
    [oidc.customFetch]: (address, options) => send(new Request(address, options as RequestInit)), // The same, stricter.
    execute: isLoopback(url.hostname) ? [oidc.allowInsecureRequests] : [],
  });
};

function toFailure(error: unknown, issuer: string): unknown {
  if (error instanceof Failure) return error;
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError) {
    return new Failure("signed-out", `${issuer} refuses: ${error.error_description ?? error.error}.`, { cause: error });
  }
  if (error instanceof Error && error.name === "AbortError") {
    return new Failure("signed-out", "You are not signed in: it was stopped.", { cause: error });
  }
  const why = error instanceof Error ? error.message : String(error);
  return new Failure("unreachable", `Signing in at ${issuer} did not work (${why}).`, { cause: error });
}

function toSession(
  known: Pick<Session, "apiUrl" | "tenant" | "issuer" | "clientId" | "refreshToken">,
  tokens: oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers,
): Session {
  const refreshToken = tokens.refresh_token ?? known.refreshToken;
  return {
    apiUrl: known.apiUrl,
    tenant: known.tenant,
    issuer: known.issuer,
    clientId: known.clientId,
    accessToken: tokens.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    expiresAt: Date.now() + (tokens.expiresIn() ?? 0) * 1000,
  };
}
