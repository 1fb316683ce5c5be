import express, { type Express } from "express";
import type { Log } from "@plumbline/platform/log";
import type { Assets } from "./edge/assets.ts";
import { hostBrand } from "./edge/brand.ts";
import { answerFailure } from "./edge/failures.ts";
import { logo, page, pagePolicy } from "./edge/page.ts";
import { passOn, showDocument } from "./edge/pass-on.ts";
import { logRequests } from "./edge/request-log.ts";
import { sameOrigin } from "./edge/same-origin.ts";
import { signedInOnly, signIn, type SignInSettings } from "./edge/sign-in.ts";
import { tenantHosts } from "./edge/tenant-host.ts";

/** What the composition root hands to the portal. */
export type PortalDeps = {
  readonly log: Log;
  readonly assets: Assets;
  /** Where people reach us; a firm's slug goes before the host. */
  readonly appUrl: string;
  /** Where the API listens. */
  readonly apiUrl: string;
  readonly signIn: SignInSettings;
  /** Whose word is taken for where a request came from; Express' `trust proxy`. */
  readonly trustedProxies: string;
};

/** The application without a port, so that tests can drive it. */
export function createPortal(deps: PortalDeps): Express {
  const { log, assets, appUrl, apiUrl } = deps;
  const app = express();
  app.set("etag", false);
  app.set("x-powered-by", false);
  app.set("trust proxy", deps.trustedProxies);
  app.get("/healthz", (_request, response) => void response.set("cache-control", "no-store").json({ status: "ok" }));
  app.use(assets.serve);
  app.use(logRequests(log));
  app.use(hostBrand({ apiUrl, hosts: tenantHosts(appUrl) }));
  app.get("/brand/:hash.svg", logo);
  app.use(pagePolicy({ issuerUrl: deps.signIn.issuerUrl }));
  app.use(signIn(deps.signIn));
  app.use(["/v1", "/problems"], sameOrigin);
  app.use(onlyUnder(["/v1/", "/problems/"], passOn({ apiUrl, log })));
  app.get("/documents/:invoiceId.pdf", showDocument({ apiUrl, log }));
  app.get("/{*path}", signedInOnly, page(assets));
  app.use(answerFailure(log));
  return app;
}

/** Like `app.use(path, …)`, which would hide the path from the API. */
const onlyUnder =
  (starts: readonly string[], handler: express.RequestHandler): express.RequestHandler =>
  (request, response, next) =>
    starts.some((start) => request.path.startsWith(start)) ? handler(request, response, next) : next();
