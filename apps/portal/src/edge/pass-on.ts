import type { Request, RequestHandler, Response } from "express";
import { createProxyMiddleware, type Options } from "http-proxy-middleware";
import { Problem } from "@plumbline/domain/problem";
import type { Log } from "@plumbline/platform/log";
import { sendProblem } from "./failures.ts";
import { freshToken } from "./fresh-token.ts";

const answerWithinMs = 120_000;

type PassOnDeps = { readonly apiUrl: string; readonly log: Log };

/**
 * Hands a request to the API and its answer back, both streaming: the same host, so that the API knows the firm, and the
 * token of whoever is signed in. The cookie stays here.
 */
export const passOn = (deps: PassOnDeps): RequestHandler => proxied(deps, {});

/** The same for a document that is to be looked at and not saved. */
export const showDocument = (deps: PassOnDeps): RequestHandler =>
  proxied(deps, {
    pathRewrite: (path) => path.replace(/^\/documents\/([^/?]+)\.pdf/, "/v1/invoices/$1/documents/pdf"),
    on: {
      proxyRes: (answer) => {
        if (!answer.headers["content-type"]?.startsWith("application/pdf")) return;
        answer.headers["content-disposition"] = "inline";
        answer.headers["x-frame-options"] = "SAMEORIGIN";
        // The browser's own viewer is a page with styles and a plug-in, which the API's policy would forbid.
        answer.headers["content-security-policy"] = "frame-ancestors 'self'";
      },
    },
  });

function proxied({ apiUrl, log }: PassOnDeps, extra: Options<Request, Response>): RequestHandler {
  const proxy = createProxyMiddleware<Request, Response>({
    target: apiUrl,
    changeOrigin: false,
    proxyTimeout: answerWithinMs,
    ...extra,
    on: {
      ...extra.on,
      error: (error, request, response) => {
        log.error("the API does not answer", { error });
        // A socket, or an answer that has begun, can only be broken off.
        if (!("headersSent" in response) || response.headersSent) response.destroy();
        else sendProblem(response, new Problem("service-unavailable"), request.path);
      },
    },
  });
  return async (request, response, next) => {
    const own = request.headers.authorization;
    const token = own === undefined ? await freshToken(request, log) : undefined;
    delete request.headers.cookie;
    // What the API may believe is what we believe, and not what somebody wrote.
    request.headers["x-forwarded-for"] = request.ip ?? "";
    request.headers["x-forwarded-proto"] = request.protocol;
    if (token !== undefined) request.headers.authorization = `Bearer ${token}`;
    await proxy(request, response, next);
  };
}
