import { STATUS_CODES } from "node:http";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import type { Log } from "@plumbline/platform/log";

/** An address nothing lives at. Says no more, so that nobody learns what exists by asking. */
export const unknownAddress: RequestHandler = (request, response) => {
  answer(response, 404, { instance: request.path });
};

/** What nobody caught: the caller's malformed request keeps its status, all else is our bug and shows nothing. */
export const answerFailure =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = callersFault(error) ?? 500;
    const requestId = String(response.locals["requestId"]);
    if (status === 500)
      log.error("request failed", { trace: requestId, method: request.method, path: request.path, error });
    answer(response, status, { instance: request.path, requestId });
  };

/** Express and its parsers mark what a caller did wrong with a 4xx status. */
function callersFault(error: unknown): number | undefined {
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  return typeof status === "number" && status >= 400 && status < 500 ? status : undefined;
}

function answer(response: Response, status: number, members: Readonly<Record<string, string>>): void {
  // RFC 9457: about:blank means that the status says it all.
  const document = { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, ...members };
  response.status(status).type("application/problem+json").send(JSON.stringify(document));
}
