import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { Failure } from "../failure.ts";
import { connect } from "./connect.ts";

const undo: (() => void)[] = [];
afterEach(() => undo.splice(0).forEach((step) => step()));

async function serve(answer: RequestListener): Promise<URL> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  undo.push(() => server.close().closeAllConnections());
  return new URL(`http://localhost:${(server.address() as AddressInfo).port}`);
}

const credentials = (tokens: string[] = []) => ({
  authorization: async () => `Bearer ${tokens[0] ?? "first"}`,
  renew: async () => tokens.shift() !== undefined && tokens.length > 0,
});

const open = (apiUrl: URL, as = credentials(), patienceMs = 1_000) =>
  connect({ apiUrl, tenant: "firm" }, as, { clean: (told) => told, timing: { patienceMs, firstWaitMs: 5 } });

const session = (apiUrl: URL, as = credentials(), patienceMs = 1_000) =>
  open(apiUrl, as, patienceMs).ask((client) => client.GET("/v1/session"));

const problem = (status: number, kind: string) =>
  JSON.stringify({ type: `/problems/${kind}`, title: kind, status, requestId: "r1" });

it("finds a firm at its own name on every machine, whatever the resolver knows", async () => {
  const seen: unknown[] = [];
  const apiUrl = await serve((request, response) => {
    seen.push(request.headers.host, request.url);
    response.end("{}");
  });
  await session(apiUrl);
  expect(seen).toEqual([`firm.localhost:${apiUrl.port}`, "/v1/session"]);
});

it.each([
  [503, "service-unavailable"],
  [429, "rate-limited"],
  [409, "idempotency-key-in-use"],
])("asks again after %i %s, and gives up when it lasts", async (status, kind) => {
  let asked = 0;
  const apiUrl = await serve((_, response) => {
    asked += 1;
    if (asked < 3) response.writeHead(status).end(problem(status, kind));
    else response.end(JSON.stringify({ permissions: [] }));
  });
  expect(await session(apiUrl)).toEqual({ permissions: [] });
  expect(asked).toBe(3);
  const down = await serve((_, response) => response.writeHead(status).end(problem(status, kind)));
  await expect(session(down, credentials(), 30)).rejects.toMatchObject({ exit: "failed", message: kind });
});

it("asks once more with a newer token, and not for ever", async () => {
  const seen: unknown[] = [];
  const apiUrl = await serve(({ headers }, response) => {
    seen.push(headers.authorization);
    if (headers.authorization === "Bearer new") response.end("{}");
    else response.writeHead(401).end(problem(401, "token-refused"));
  });
  await session(apiUrl, credentials(["old", "new"]));
  expect(seen).toEqual(["Bearer old", "Bearer new"]);
  await expect(session(apiUrl, credentials(["old", "older", "oldest"]))).rejects.toMatchObject({ exit: "signed-out" });
  expect(seen).toHaveLength(4);
});

it("does not wait for an address that never answered, and says what it heard from a stranger", async () => {
  await expect(session(new URL("http://localhost:1"), credentials(), 60_000)).rejects.toMatchObject({
    exit: "unreachable",
    message: expect.stringContaining("ECONNREFUSED") as string,
  });
  const stranger = await serve((_, response) => response.writeHead(502).end("<h1>Bad gateway</h1>"));
  const refused = await session(stranger).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Failure);
  expect(refused).toMatchObject({ exit: "failed", message: expect.stringContaining("answered 502") as string });
});
