import type { RequestHandler, Response } from "express";
import type { Log } from "@plumbline/platform/log";

/** One line per request, with the API's name for it where the API answered. Never what was sent or answered. */
export const logRequests =
  (log: Log): RequestHandler =>
  (request, response, next) => {
    const began = performance.now();
    const { method, path } = request;
    response.once("close", () => {
      log.info("request", {
        trace: traceOf(response),
        method,
        path,
        status: response.writableFinished ? response.statusCode : "broken off",
        ms: Math.round((performance.now() - began) * 10) / 10,
        host: request.hostname,
      });
    });
    next();
  };

/** The API names each request; an answer of our own has no name. */
function traceOf(response: Response): string | undefined {
  const name = response.getHeader("request-id");
  return typeof name === "string" ? name : undefined;
}
