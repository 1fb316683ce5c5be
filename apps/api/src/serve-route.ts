import { createHash } from "node:crypto";
import type { Request, RequestHandler, Response } from "express";
import { Problem } from "@plumbline/domain/problem";
import { type Answer, answerOnce } from "@plumbline/platform/answer-once";
import { type InScope, type Scope, scopesFor } from "@plumbline/platform/scope";
import type { Storage } from "@plumbline/platform/storage";
import { nobody, type TenantPool } from "@plumbline/platform/tenancy";
import { type Caller, locals, tenantOf } from "./caller.ts";
import { entityTag, ifMatchOf, isNotModified } from "./entity-tag.ts";
import { idempotencyKeyOf } from "./idempotency-key.ts";
import { type ParsedRequest, parseRequest } from "./parse-request.ts";
import type { Call, Download, Route, Upload } from "./route.ts";

export type RouteTools = {
  readonly pool: TenantPool;
  readonly storage: Storage;
  readonly domain: string;
};

/**
 * Serves one route: may they ask, is it well said, was it answered before; then one transaction in which the operation
 * runs and its answer is written down; then the answer goes out. Nothing is sent before the transaction has committed.
 */
export function serveRoute(route: Route, tools: RouteTools): RequestHandler {
  return async (request, response) => {
    const caller = mayAsk(route, response);
    const parsed = parseRequest(route, request);
    if (route.method === "get") await serveRead(route, tools, { request, response, caller, parsed });
    else await serveWrite(route, tools, { request, response, caller, parsed });
  };
}

type Served = {
  readonly request: Request;
  readonly response: Response;
  readonly caller: Caller | undefined;
  readonly parsed: ParsedRequest;
};

function mayAsk(route: Route, response: Response): Caller | undefined {
  if (route.needs === "anybody") return undefined;
  const { caller } = locals(response);
  if (caller === undefined) throw new Problem("sign-in-needed");
  if (route.needs !== "member" && !caller.inScope.actor.permissions.has(route.needs)) {
    throw new Problem("permission-missing", { detail: `This needs the permission ${route.needs}.` });
  }
  return caller;
}

async function serveRead(route: Route, tools: RouteTools, served: Served): Promise<void> {
  const { request, response } = served;
  const answered = await scopesOf(tools, served).reading((scope) =>
    route.handle(callOf(tools, served, scope, undefined)),
  );
  if (route.answers.kind === "file") {
    const file = answered as Download; // A route that answers with a file is made by `download`.
    const etag = `"${file.hash}"`;
    return isNotModified(request, etag) ? sendNotModified(response, { etag }) : sendFile(response, file, etag);
  }
  const answer = toAnswer(route, answered);
  if (route.etag === undefined || route.tagOnly) return send(response, answer, "no-store");
  // What has such a tag may be kept by the caller, and must be asked about each time.
  if (isNotModified(request, answer.headers["etag"])) return sendNotModified(response, answer.headers);
  send(response, answer, "private, no-cache");
}

async function serveWrite(route: Route, tools: RouteTools, served: Served): Promise<void> {
  const { request, response } = served;
  const key = idempotencyKeyOf(request);
  const ifMatch = route.conditional ? ifMatchOf(request) : undefined;
  const file = route.upload === undefined ? undefined : await keepUpload(route.upload, tools, request, response);
  const inScope = scopesOf(tools, served);
  const { answer, replayed } = await inScope((scope) =>
    answerOnce(
      scope,
      {
        key,
        operation: `${request.method} ${request.originalUrl}`,
        fingerprint: fingerprintOf(request, file),
        keep: route.keep,
        secret: route.answerIsSecret,
      },
      async () => toAnswer(route, await route.handle(callOf(tools, served, scope, ifMatch), file)),
    ),
  );
  if (replayed) response.setHeader("idempotent-replayed", "true");
  send(response, answer, "no-store");
}

/** Who nobody is may read what anybody may. */
const scopesOf = ({ pool }: RouteTools, { caller, response }: Served): InScope =>
  caller?.inScope ??
  scopesFor(pool, {
    tenantId: tenantOf(response).id,
    actor: { id: nobody, kind: "system", name: "nobody", permissions: new Set() },
  });

const callOf = (
  { storage, domain }: RouteTools,
  { caller, parsed }: Served,
  scope: Scope,
  ifMatch: number | undefined,
): Call<unknown, unknown, unknown> => ({ ...parsed, scope, caller, ifMatch, storage, domain });

/** What the route answered, checked against its own shape: an answer that breaks the contract is a bug and never sent. */
function toAnswer(route: Route, answered: unknown): Answer {
  if (route.answers.kind === "file") throw new Error(`${route.path} answers with a file`);
  const body = route.answers.body.parse(answered);
  const headers: Record<string, string> = {};
  if (route.etag !== undefined) headers["etag"] = entityTag(route.etag(answered));
  if (route.location !== undefined) headers["location"] = route.location(answered);
  return { status: route.answers.status, headers, body: JSON.stringify(body) };
}

function send(response: Response, { status, headers, body }: Answer, cacheControl: string): void {
  // Not Express' `send`, which answers 304 by itself to whoever names the tag.
  response.status(status).set(headers).set("cache-control", cacheControl).type("application/json").end(body);
}

function sendNotModified(response: Response, headers: Answer["headers"]): void {
  response.status(304).set("cache-control", "no-cache").set(headers).end();
}

function sendFile(response: Response, { mediaType, fileName, bytes }: Download, etag: string): void {
  response
    .status(200)
    .set("cache-control", "private, no-cache")
    .set("etag", etag)
    .set("content-disposition", `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
    .type(mediaType)
    .send(Buffer.from(bytes));
}

/** The same key for other words is a mistake, so everything that was said is in it. */
function fingerprintOf(request: Request, file: Upload | undefined): string {
  const said = file?.hash ?? JSON.stringify(request.body ?? {});
  return createHash("sha256")
    .update(`${request.method} ${request.originalUrl}\n${request.headers["if-match"] ?? ""}\n${said}`)
    .digest("hex");
}

async function keepUpload(
  { mediaType, bytesMax }: NonNullable<Route["upload"]>,
  { storage }: RouteTools,
  request: Request,
  response: Response,
): Promise<Upload> {
  if (!request.is(mediaType)) throw new Problem("media-type-unsupported", { detail: `Send the file as ${mediaType}.` });
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > bytesMax) throw new Problem("request-too-large", { detail: `At most ${bytesMax} bytes are taken.` });
  const folder = `${tenantOf(response).slug}/uploads`;
  return storage.keep(folder, request, { bytesMax });
}
