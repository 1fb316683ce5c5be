import express, { type Express, type RequestHandler, Router } from "express";
import helmet from "helmet";
import { Problem } from "@plumbline/domain/problem";
import type { Log } from "@plumbline/platform/log";
import type { Storage } from "@plumbline/platform/storage";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { locals } from "./caller.ts";
import { health } from "./edge/health.ts";
import { jsonBody } from "./edge/json-body.ts";
import type { createLimits } from "./edge/limits.ts";
import { answerFailure, sendProblem, unknownAddress } from "./edge/problems.ts";
import { requestId } from "./edge/request-id.ts";
import { logRequests } from "./edge/request-log.ts";
import { type SignIn, signInMetadata, signInMetadataPath } from "./edge/sign-in-metadata.ts";
import { hostTenant } from "./edge/tenant.ts";
import { openApiDocument } from "./openapi.ts";
import { problemPage } from "./problem-page.ts";
import type { Route } from "./route.ts";
import { routes as allRoutes } from "./routes/index.ts";
import { serveRoute } from "./serve-route.ts";

/** What the composition root hands to the server. */
export type ServerDeps = {
  readonly log: Log;
  readonly pool: TenantPool;
  readonly storage: Storage;
  /** Resolves when the database answers as the runtime role, and rejects when it does not. */
  readonly checkDatabase: () => Promise<void>;
  /** Firms live at `<slug>.<domain>`. */
  readonly domain: string;
  /** Whose word is taken for where a request came from; Express' `trust proxy`. */
  readonly trustedProxies: string;
  /** Finds who asks, or refuses: `sign-in-needed` | `token-refused` | `membership-missing`. */
  readonly authenticate: RequestHandler;
  /** Where callers get what `authenticate` wants to see. */
  readonly signIn: SignIn;
  readonly limits: ReturnType<typeof createLimits>;
  readonly routes?: readonly Route[];
};

/** The application without a port, so that tests can drive it. */
export function createServer(deps: ServerDeps): Express {
  const { log, pool, domain, routes = allRoutes } = deps;
  const app = express();
  // Hashing every answer costs half the throughput; what has a version says so itself.
  app.set("etag", false);
  app.set("x-powered-by", false);
  app.set("query parser", "simple");
  app.set("trust proxy", deps.trustedProxies);
  app.use(requestId);
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] },
        useDefaults: false,
      },
    }),
  );
  app.get("/healthz", health(deps));
  app.use(logRequests(log));
  app.use(deps.limits.byAddress);
  const document = JSON.stringify(openApiDocument(routes));
  app.get("/v1/openapi.json", (_request, response) => void response.type("application/json").send(document));
  app.get("/problems/:kind", problemPage);
  app.get(signInMetadataPath, signInMetadata(deps.signIn));
  app.use(hostTenant(pool, domain));
  app.use(routesOf(routes, deps));
  app.use(unknownAddress);
  app.use(answerFailure(log));
  return app;
}

function routesOf(routes: readonly Route[], deps: ServerDeps): Router {
  const router = Router({ caseSensitive: true, strict: true });
  for (const [path, atPath] of Map.groupBy(routes, (route) => route.path)) {
    const place = router.route(path);
    for (const route of atPath) {
      const known = route.needs === "anybody" ? [] : [deps.authenticate, deps.limits.byCaller];
      const body = route.method === "post" && route.upload === undefined ? [jsonBody] : [];
      place[route.method](named(route), ...known, ...body, serveRoute(route, deps));
    }
    const allowed = atPath.map(({ method }) => method.toUpperCase()).join(", ");
    place.all((request, response) => {
      response.setHeader("allow", allowed);
      sendProblem(response, new Problem("method-not-allowed"), request.path);
    });
  }
  return router;
}

const named =
  (route: Route): RequestHandler =>
  (_request, response, next) => {
    locals(response).route = route.path;
    next();
  };
