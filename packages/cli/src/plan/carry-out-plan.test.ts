import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, expect, it } from "vitest";
import { billedFirm } from "@plumbline/testing/billed-firm";
import { send } from "../connection/send.ts";
import { useProduct } from "../test-kit.ts";

const product = useProduct();
const opened: Server[] = [];
afterAll(() => opened.map((server) => server.close().closeAllConnections()));

const plumbScript = join(import.meta.dirname, "../../../../scripts/plumb.ts");

type Passed = { readonly path: string; readonly key: string; readonly isReplay: boolean };

/** A line between terminal and API: it notes what passes, and may be cut once the API has answered. */
async function openLine(mayAnswer: (passed: Passed, count: number) => boolean) {
  const passed: Passed[] = [];
  const server = createServer((incoming, outgoing) => void pass(incoming, outgoing));
  const pass = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const host = (incoming.headers.host ?? "").replace(/:\d+$/, `:${new URL(product.apiUrl).port}`);
    const { "transfer-encoding": _, host: __, connection: ___, ...headers } = incoming.headers;
    const answer = await send(
      new Request(`http://${host}${incoming.url}`, {
        method: incoming.method ?? "GET",
        headers: headers as Record<string, string>,
        ...(incoming.method === "POST" && { body: await text(incoming) }),
      }),
    );
    if (incoming.method === "POST" && incoming.url?.startsWith("/v1/")) {
      const isReplay = answer.headers.get("idempotent-replayed") === "true";
      const one = { path: incoming.url, key: String(headers["idempotency-key"]), isReplay };
      passed.push(one);
      if (!mayAnswer(one, passed.length)) {
        incoming.socket.destroy();
        return;
      }
    }
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  };
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, passed };
}

const stagesOf = async (slug: string) => {
  const { rows } = await product.database.current.admin.query<{ stage: string; moves: number; count: number }>(
    `select i.stage, count(o.*)::int as moves, count(distinct i.id)::int as count
       from invoices i join tenants t on t.id = i.tenant_id
       left join outbox o on o.tenant_id = i.tenant_id and o.subject_id = i.id and o.name = 'invoice.submitted'
      where t.slug = $1 group by i.stage order by i.stage`,
    [slug],
  );
  return rows;
};

it("finishes exactly the rest after it was killed between a request and its answer", async () => {
  const { firm } = await billedFirm(product.database.current.pool, { clients: 120 });
  const cora = await product.terminalOf(firm, "coordinator");
  let child: ReturnType<typeof spawn> | undefined;
  const line = await openLine((_, count) => count !== 2 || child?.killed === true || child?.kill("SIGKILL") !== true);
  const environment = { ...cora.environment, PLUMB_API_URL: line.url };
  const terminal = product.terminalWith(environment);
  expect(await terminal.plumb("login", "--as", "coordinator@firm.example")).toMatchObject({ code: 0 });

  child = spawn(process.execPath, [plumbScript, "submit", "--all", "--yes"], { env: environment, stdio: "ignore" });
  expect(await new Promise((resolve) => child?.on("exit", (_, signal) => resolve(signal)))).toBe("SIGKILL");
  expect(await stagesOf(firm.slug)).toEqual([
    { stage: "draft", moves: 0, count: 20 },
    { stage: "validation_pending", moves: 100, count: 100 },
  ]);
  const unfinished = await terminal.json("resume", "--list");
  expect(unfinished.document).toMatchObject({ items: [{ move: "submit", done: 50, refused: 0, left: 70 }] });

  const resumed = await terminal.json("resume");
  expect(resumed).toMatchObject({ code: 0, document: { move: "submit", done: 120, refused: 0, left: [] } });
  expect((resumed.document as { readonly items: readonly object[] }).items).toHaveLength(120);
  expect(await stagesOf(firm.slug)).toEqual([{ stage: "validation_pending", moves: 120, count: 120 }]);
  // The first batch is not sent again, the second is known by its key, the third is new.
  expect(line.passed.map(({ isReplay }) => isReplay)).toEqual([false, false, true, false]);
  expect(new Set(line.passed.map(({ key }) => key)).size).toBe(3);
  expect(await terminal.plumb("resume")).toMatchObject({ code: 0, out: "Nothing is unfinished.\n" });
});

it("asks again under the same key when the line breaks, and needs nobody to resume", async () => {
  const { firm } = await billedFirm(product.database.current.pool, { clients: 2 });
  const cora = await product.terminalOf(firm, "coordinator");
  const line = await openLine((_, count) => count !== 1);
  const terminal = product.terminalWith({ ...cora.environment, PLUMB_API_URL: line.url });
  await terminal.plumb("login", "--as", "coordinator@firm.example");
  expect(await terminal.json("submit", "--all", "--yes")).toMatchObject({ code: 0, document: { done: 2, refused: 0 } });
  expect(line.passed.map(({ isReplay }) => isReplay)).toEqual([false, true]);
  expect(new Set(line.passed.map(({ key }) => key)).size).toBe(1);
});

it("lets nobody else go on with a plan: their keys would do it all anew", async () => {
  const { firm } = await billedFirm(product.database.current.pool, { clients: 1 });
  const cora = await product.terminalOf(firm, "coordinator");
  let isCut = true;
  const line = await openLine(() => !isCut);
  const environment = { ...cora.environment, PLUMB_API_URL: line.url };
  const terminal = product.terminalWith(environment);
  await terminal.plumb("login", "--as", "coordinator@firm.example");
  const child = spawn(process.execPath, [plumbScript, "submit", "--all", "--yes"], {
    env: environment,
    stdio: "ignore",
  });
  await expect.poll(() => line.passed.length, { timeout: 10_000 }).toBeGreaterThan(0);
  child.kill("SIGKILL");
  isCut = false;
  await terminal.plumb("login", "--as", "controller@firm.example");
  expect(await terminal.plumb("resume")).toMatchObject({
    code: 1,
    err: expect.stringContaining("was begun by Cora Coordinator") as string,
  });
  await terminal.plumb("login", "--as", "coordinator@firm.example");
  expect(await terminal.plumb("resume")).toMatchObject({ code: 0, out: "1 invoice submitted\n" });
});

it("ends after the batch under way when it is stopped, and says how to go on", async () => {
  const { firm } = await billedFirm(product.database.current.pool, { clients: 60 });
  const cora = await product.terminalOf(firm, "coordinator");
  let child: ReturnType<typeof spawn> | undefined;
  // Twice, as a terminal and npm both pass a Ctrl-C on.
  const line = await openLine(() => child === undefined || (child.kill("SIGINT") && child.kill("SIGINT")) || true);
  const environment = { ...cora.environment, PLUMB_API_URL: line.url };
  const terminal = product.terminalWith(environment);
  await terminal.plumb("login", "--as", "coordinator@firm.example");
  child = spawn(process.execPath, [plumbScript, "submit", "--all", "--yes"], { env: environment, stdio: "pipe" });
  const [out, code] = await Promise.all([
    child.stdout === null ? "" : text(child.stdout),
    new Promise((resolve) => child?.on("exit", resolve)),
  ]);
  expect({ code, out }).toMatchObject({
    code: 3,
    out: expect.stringMatching(/^50 invoices submitted, 10 left\nDo the rest with: plumb resume \S+\n$/) as string,
  });
  child = undefined;
  expect(await terminal.plumb("resume")).toMatchObject({ code: 0, out: "60 invoices submitted\n" });
});
