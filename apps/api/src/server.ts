import express, { type Express } from "express";
import type { ServerDeps } from "./deps.ts";
import { answerFailure, unknownAddress } from "./edge/problems.ts";
import { requestId } from "./edge/request-id.ts";
import { health } from "./routes/health.ts";

/** The application without a port, so that tests can drive it. */
export function createServer(deps: ServerDeps): Express {
  const app = express();
  // Hashing every answer costs half the throughput, and answers about money are never to be cached.
  app.set("etag", false);
  app.set("x-powered-by", false);
  app.use(requestId);
  app.get("/healthz", health(deps));
  app.use(unknownAddress);
  app.use(answerFailure(deps.log));
  return app;
}
