import type { LookupFunction } from "node:net";
// oxlint-disable-next-line no-restricted-imports -- runs on the person's own machine, against the address they name
import { type IncomingMessage, request as startHttp } from "node:http";
// oxlint-disable-next-line no-restricted-imports -- as above
import { request as startHttps } from "node:https";
import { lookup as lookUp } from "node:dns";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** How long nothing may move on the line. */
const silenceMs = 60_000;

/**
 * Sends one request. Like the platform's fetch, but firms of a local API are found at `<slug>.localhost` on every machine:
 * RFC 6761 gives those names to loopback, and not every resolver knows.
 */
export async function send(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const start = url.protocol === "https:" ? startHttps : startHttp;
  const outgoing = start(url, {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    lookup: lookUpLoopback,
    signal: request.signal,
  });
  outgoing.setTimeout(silenceMs, () => outgoing.destroy(new Error(`nothing was heard for ${silenceMs / 1000} s`)));
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.on("response", resolve).on("error", reject);
  });
  if (request.body === null) outgoing.end();
  // What stops the body is reported by the request itself; an answer that comes before the body's end is an answer.
  else pipeline(Readable.fromWeb(request.body), outgoing).catch(() => undefined);
  return toResponse(await answered);
}

const lookUpLoopback: LookupFunction = (name, options, done) => {
  if (!name.endsWith(".localhost")) return lookUp(name, options, done);
  if (options.all === true) return done(null, [{ address: "127.0.0.1", family: 4 }]);
  return done(null, "127.0.0.1", 4);
};

const bodiless = new Set([204, 205, 304]);

function toResponse(incoming: IncomingMessage): Response {
  const status = incoming.statusCode ?? 500; // Always there on an answer.
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, [value ?? ""].flat().join(", "));
  if (bodiless.has(status)) incoming.resume();
  // Node's own types of one stream do not fit its types of the other.
  const body = bodiless.has(status) ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  return new Response(body, { status, headers });
}
