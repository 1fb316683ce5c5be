import { Agent, request as httpRequest } from "node:http";
import { newId } from "@plumbline/platform/new-id";

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Request = {
  readonly method: "get" | "post";
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: unknown;
};

/** Somebody who asks one server, at one firm's address. */
export type Sender = (request: Request) => Promise<Answer>;

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/**
 * Asks as a firm's member does, byte for byte, and gives the answer as it came. Writes get a key of their own unless the
 * headers say otherwise; a header that is "" is left out.
 */
export const senderOf =
  (server: { readonly port: number }, dress: Readonly<Record<string, string>>): Sender =>
  ({ method, path, headers = {}, body }) => {
    const asItIs = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
    const text = asItIs ? body : JSON.stringify(body);
    const dressed = {
      ...dress,
      ...(method === "post" && { "idempotency-key": newId() }),
      ...(text !== undefined && { "content-type": "application/json", "content-length": `${Buffer.byteLength(text)}` }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(
        {
          agent,
          host: "127.0.0.1",
          port: server.port,
          method: method.toUpperCase(),
          path,
          headers: Object.fromEntries(Object.entries(dressed).filter(([, value]) => value !== "")),
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => void chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers as Record<string, string>,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sent.on("error", reject);
      sent.end(text);
    });
  };
