import type { RequestListener } from "node:http";
import { afterEach, expect, it } from "vitest";
import { askService } from "./ask-service.ts";
import { listen } from "./listen.ts";

const open: { close: () => Promise<void> }[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

async function service(answer: RequestListener): Promise<string> {
  const server = await listen(answer, { host: "127.0.0.1", port: 0 });
  open.push(server);
  return `http://127.0.0.1:${server.port}/v1/brand`;
}

const asked = { host: "meridian.example.com", timeoutMs: 500 };

it("asks under the host it was given", async () => {
  const address = await service((request, response) =>
    response.writeHead(404).end(`${request.headers.host}${request.url}`),
  );
  expect(await askService(address, asked)).toEqual({ status: 404, body: "meridian.example.com/v1/brand" });
});

it("says on whose behalf it asks, so that the service counts them and not us", async () => {
  const address = await service(({ headers }, response) => response.end(headers["x-forwarded-for"]));
  expect((await askService(address, { ...asked, onBehalfOf: "203.0.113.9" })).body).toBe("203.0.113.9");
});

it("gives up on a service that does not answer in time", async () => {
  const address = await service(() => {});
  await expect(askService(address, { ...asked, timeoutMs: 50 })).rejects.toThrow(/abort|timeout/i);
});

it("gives up on an answer without end", async () => {
  const address = await service((_request, response) => {
    const write = () => {
      while (response.write("x".repeat(65_536)));
      response.once("drain", write);
    };
    write();
  });
  await expect(askService(address, { ...asked, timeoutMs: 5_000 })).rejects.toThrow("more than");
});

it("says so when nobody is there", async () => {
  await expect(askService("http://127.0.0.1:1/", asked)).rejects.toThrow("ECONNREFUSED");
});
