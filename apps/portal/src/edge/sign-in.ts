import { type RequestHandler, Router } from "express";
import { auth, type ConfigParams } from "express-openid-connect";
import { brandOf } from "./brand.ts";
import { plainPage } from "./plain-page.ts";
import { sameOrigin } from "./same-origin.ts";

export type SignInSettings = {
  readonly issuerUrl: string;
  readonly audience: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly sessionSecrets: readonly string[];
};

const idleSecondsMax = 12 * 60 * 60;
const signedInSecondsMax = 7 * 24 * 60 * 60;
const rememberedMax = 1_000;

/** Keeps who is signed in, in an encrypted cookie of this firm's address alone, and lets people in and out. */
export function signIn(settings: SignInSettings): Router {
  const router = Router();
  router.use(sessionOfHost(settings));
  router.get("/sign-in", (request, response) =>
    response.oidc.login({
      returnTo: localPath(request.query["returnTo"], brandOf(response).origin),
      authorizationParams: { organization: brandOf(response).organization },
    }),
  );
  router.post("/sign-out", sameOrigin, (_request, response) =>
    response.oidc.logout({ returnTo: `${brandOf(response).origin}/` }),
  );
  router.get("/sign-in-refused", (_request, response) => signInRefused(response));
  return router;
}

/** Pages are for people who are signed in; others are sent to sign in and come back. */
export const signedInOnly: RequestHandler = (request, response, next) => {
  if (request.oidc.isAuthenticated()) return next();
  return response.oidc.login({
    returnTo: localPath(request.originalUrl, brandOf(response).origin),
    authorizationParams: { organization: brandOf(response).organization },
  });
};

/** One of the library's sessions per firm, because it knows only one address. */
function sessionOfHost(settings: SignInSettings): RequestHandler {
  const remembered = new Map<string, RequestHandler>();
  return (request, response, next) => {
    const { origin } = brandOf(response);
    // The library believes these, whoever sent them; we know our address.
    delete request.headers["x-forwarded-host"];
    delete request.headers["x-forwarded-port"];
    if (remembered.size >= rememberedMax) remembered.clear();
    const session = remembered.get(origin) ?? auth(sessionConfig(settings, origin));
    remembered.set(origin, session);
    return session(request, response, next);
  };
}

function sessionConfig(settings: SignInSettings, origin: string): ConfigParams {
  const secure = origin.startsWith("https:");
  return {
    issuerBaseURL: settings.issuerUrl,
    baseURL: origin,
    clientID: settings.clientId,
    clientSecret: settings.clientSecret,
    clientAuthMethod: "client_secret_post",
    secret: [...settings.sessionSecrets],
    authRequired: false,
    idpLogout: true,
    enableTelemetry: false,
    legacySameSiteCookie: false,
    errorOnRequiredAuth: true,
    routes: { login: false, logout: false, callback: "/callback" },
    authorizationParams: {
      response_type: "code",
      response_mode: "query",
      scope: "openid profile email offline_access",
      audience: settings.audience,
    },
    session: {
      name: sessionName(secure),
      rollingDuration: idleSecondsMax,
      absoluteDuration: signedInSecondsMax,
      cookie: { httpOnly: true, sameSite: "Lax", secure, path: "/" },
    },
    transactionCookie: { name: secure ? "__Host-sign-in" : "sign-in", sameSite: "Lax" },
    afterCallback: (_request, response, session) => {
      const { organization } = brandOf(response);
      if (claimsOf(session.id_token)["org_id"] !== organization) throw new Error("the sign-in was for another firm");
      return session;
    },
  };
}

/** A browser takes a `__Host-` cookie only over https, without a domain: no other host can have set it. */
export const sessionName = (secure: boolean): string => (secure ? "__Host-session" : "session");

/** The library has verified the token when this is asked. */
function claimsOf(idToken: string): Record<string, unknown> {
  const [, payload = ""] = idToken.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as Record<string, unknown>;
}

/** A path of this origin; anything that leads elsewhere becomes the first page. */
function localPath(wanted: unknown, origin: string): string {
  if (typeof wanted !== "string" || !URL.canParse(wanted, origin)) return "/";
  const url = new URL(wanted, origin);
  const path = `${url.pathname}${url.search}`;
  // `//elsewhere` as a path would be an address again when it is redirected to.
  return url.origin === origin && !path.startsWith("//") && url.pathname !== "/sign-in" ? path : "/";
}

function signInRefused(response: Parameters<RequestHandler>[1]): void {
  plainPage(response, {
    status: 403,
    title: "You could not be signed in",
    text: "The sign-in was given up, took too long, or was for another firm.",
    again: "/sign-in",
  });
}
