import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { Problem, type ProblemKind } from "@plumbline/domain/problem";
import type { Log } from "@plumbline/platform/log";
import { locals } from "../caller.ts";

/** An address nothing lives at. Says no more, so that nobody learns what exists by asking. */
export const unknownAddress: RequestHandler = (request, response) => {
  sendProblem(response, new Problem("address-unknown"), request.path);
};

/** What nobody caught: a refusal is told as it is, a malformed request is the caller's, all else is our bug and shows nothing. */
export const answerFailure =
  (log: Log): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const problem = toProblem(error);
    if (problem !== undefined) return sendProblem(response, problem, request.path);
    const { requestId, route } = locals(response);
    log.error("request failed", { trace: requestId, method: request.method, route, error });
    sendBug(response, request.path);
  };

/** The problem behind an error, or undefined when it is a bug. */
function toProblem(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  const status = typeof error === "object" && error !== null && "status" in error ? error.status : undefined;
  const kind = typeof status === "number" ? kindOfStatus[status] : undefined;
  if (kind !== undefined) return new Problem(kind, { cause: error });
  return isUnreachable(error) ? new Problem("service-unavailable", { cause: error }) : undefined;
}

/** Express and its parsers mark what a caller did wrong with a 4xx status. */
const kindOfStatus: Readonly<Record<number, ProblemKind>> = {
  400: "request-unreadable",
  413: "request-too-large",
  415: "media-type-unsupported",
};

const retryAfterSeconds = { "idempotency-key-in-use": 1, "service-unavailable": 5 } as const satisfies Partial<
  Record<ProblemKind, number>
>;

/** What PostgreSQL and its driver say while the database restarts, is full or cannot be reached. */
const unreachable = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "57P01",
  "57P02",
  "57P03",
  "53100",
  "53300",
  "08006",
  "08001",
]);

const isUnreachable = (error: unknown): boolean =>
  error instanceof Error &&
  (("code" in error && unreachable.has(String(error.code))) ||
    /Connection terminated|acquiring a connection/.test(error.message));

/** What a 401 must say (RFC 6750); the same whatever was wrong. */
const challenges = {
  "sign-in-needed": 'Bearer realm="plumbline"',
  "token-refused": 'Bearer realm="plumbline", error="invalid_token"',
} as const satisfies Partial<Record<ProblemKind, string>>;

export function sendProblem(response: Response, problem: Problem, instance: string): void {
  const document = problem.toDocument({ instance, requestId: locals(response).requestId });
  const retryAfter = retryAfterSeconds[problem.kind as keyof typeof retryAfterSeconds];
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  const challenge = challenges[problem.kind as keyof typeof challenges];
  if (challenge !== undefined) response.setHeader("www-authenticate", challenge);
  send(response, document.status, document);
}

/** RFC 9457: about:blank means that the status says it all. */
function sendBug(response: Response, instance: string): void {
  const { requestId } = locals(response);
  send(response, 500, { type: "about:blank", title: "Internal Server Error", status: 500, instance, requestId });
}

function send(response: Response, status: number, document: object): void {
  response
    .status(status)
    .set("cache-control", "no-store")
    .type("application/problem+json")
    .send(JSON.stringify(document));
}
