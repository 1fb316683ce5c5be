import type { ErrorRequestHandler, Request, Response } from "express";
import { Problem, type ProblemKind, problemKinds } from "@plumbline/domain/problem";
import type { Log } from "@plumbline/platform/log";
import { plainPage } from "./plain-page.ts";

/** What nobody caught: told to programs as a problem document and to people as a page, and shown to neither in detail. */
export const answerFailure =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const refusal = error instanceof Problem ? error : undefined;
    if (refusal === undefined) log.error("request failed", { method: request.method, path: request.path, error });
    const problem = refusal ?? new Problem("service-unavailable");
    if (wantsPage(request)) showFailure(problem, request, response);
    else sendProblem(response, problem, request.path);
  };

export function sendProblem(response: Response, problem: Problem, instance: string): void {
  const document = problem.toDocument({ instance });
  response
    .status(document.status)
    .set("cache-control", "no-store")
    .type("application/problem+json")
    .send(JSON.stringify(document));
}

const wantsPage = (request: Request): boolean =>
  !request.path.startsWith("/v1/") && request.accepts(["html", "json"]) === "html";

function showFailure(problem: Problem, request: Request, response: Response): void {
  // The library refuses a sign-in in many words; to the person it is one thing.
  if (request.path === "/callback") return response.redirect("/sign-in-refused");
  const { status, title } = problemKinds[problem.kind];
  plainPage(response, { status, title, text: problem.detail ?? remedies[problem.kind] ?? "", again: "/" });
}

const remedies: Partial<Record<ProblemKind, string>> = {
  "service-unavailable": "Something this page needs does not answer. It is usually back within a minute.",
  "origin-refused": "Go to the page and do it there.",
};
