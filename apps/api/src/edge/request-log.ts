import type { RequestHandler } from "express";
import type { Log } from "@plumbline/platform/log";
import { locals } from "../caller.ts";

/** One line per request: who asked what, what came of it and how long it took. Never what was sent or answered. */
export const logRequests =
  (log: Log): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    response.once("close", () => {
      const { requestId, route, tenant, caller } = locals(response);
      log.info("request", {
        trace: requestId,
        method: request.method,
        // The pattern and not the path, so that lines of one route can be counted together.
        route: route ?? "(none)",
        status: response.writableFinished ? response.statusCode : "broken off",
        ms: Math.round((performance.now() - began) * 10) / 10,
        tenant: tenant?.slug,
        actor: caller?.inScope.actor.id,
      });
    });
    next();
  };
