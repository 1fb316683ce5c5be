import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { Failure } from "../failure.ts";

/**
 * Where a browser comes back to. An identity provider must be told each of these addresses, so they are few and stay;
 * below the range that systems give out by themselves, so that they are seldom taken.
 */
export const loopbackPorts = [18271, 22271, 26271] as const;

/** A door on this machine, for one browser that comes back from signing in (RFC 8252). */
export type Loopback = {
  /** What the identity provider is to send the browser to. */
  readonly address: string;
  /** The whole address that the browser came back to. */
  readonly cameBack: Promise<URL>;
  /** Shuts the door, whoever stands in it. */
  readonly close: () => Promise<void>;
};

/**
 * Opens the first of some ports. Whoever comes without the state has another answer and is sent away, and the waiting
 * goes on: a page elsewhere must not end a sign-in.
 *
 * @throws Failure when every port is taken
 */
export async function openLoopback(ports: readonly number[], state: string): Promise<Loopback> {
  const { promise: cameBack, resolve } = Promise.withResolvers<URL>();
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? "", "http://127.0.0.1");
    if (request.method !== "GET" || url?.pathname !== "/callback") return answer(response, 404, nothing);
    if (url.searchParams.get("state") !== state) return answer(response, 400, unexpected);
    return answer(response, 200, done, () => resolve(new URL(`${address}${url.search}`)));
  });
  const address = `http://127.0.0.1:${await listenOnFirst(server, ports)}/callback`;
  return { address, cameBack, close: () => close(server) };
}

async function listenOnFirst(server: Server, ports: readonly number[]): Promise<number> {
  for (const port of ports) {
    try {
      server.listen({ host: "127.0.0.1", port });
      await once(server, "listening");
      return port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException; // Nothing but the network was asked.
      if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    }
  }
  throw new Failure(
    "failed",
    `A browser must come back to one of the ports ${ports.join(", ")}, and all of them are taken. ` +
      "Stop what listens there, or sign in with a code: plumb login --device",
  );
}

async function close(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  // A browser opens connections ahead of need, and would keep the port with them.
  server.closeAllConnections();
  await closed;
}

type Page = { readonly title: string; readonly text: string };

const done: Page = {
  title: "Go back to your terminal",
  text: "It says whether you are signed in. You may close this window.",
};
const unexpected: Page = {
  title: "Your terminal waits for another answer",
  text: "This one may be of an earlier sign-in, and nothing was done with it. You may close this window.",
};
const nothing: Page = { title: "Nothing is here", text: "You may close this window." };

const style =
  ":root{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}body{max-width:34rem;margin:20vh auto 0;padding:0 1.5rem}h1{font-size:1.25rem}";
const headers = {
  "cache-control": "no-store",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "content-type": "text/html; charset=utf-8",
  // The address holds the code.
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  connection: "close",
};

function answer(response: ServerResponse, status: number, { title, text }: Page, sent?: () => void): void {
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title} – Plumbline</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
  response.writeHead(status, headers).end(page, sent);
}
