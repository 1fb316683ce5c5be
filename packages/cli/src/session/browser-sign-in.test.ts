import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { freePort } from "@plumbline/platform/embedded/free-port";
import { newFirm } from "@plumbline/testing/firm";
import { accountOf, testBrowser } from "@plumbline/testing/test-browser";
import { toApiUrl } from "../config.ts";
import { useProduct } from "../test-kit.ts";
import { findSignInPlace } from "./find-sign-in-place.ts";
import { loopbackPorts } from "./open-loopback.ts";
import type { Session } from "./session-file.ts";
import { signInByBrowser } from "./sign-in.ts";

const product = useProduct();
const plumbScript = join(import.meta.dirname, "../../../../scripts/plumb.ts");

const newPlace = async () => {
  const firm = await newFirm(product.database.current.pool);
  await product.terminalOf(firm, "auditor");
  return findSignInPlace(toApiUrl(product.apiUrl), firm.slug);
};

type Begun = {
  readonly address: URL;
  readonly callback: URL;
  readonly state: string;
  readonly ended: Promise<Session>;
};

/** Begins a sign-in, up to where the person must open the address. */
async function begin(ports: readonly number[], waitMs = 20_000, stop = new AbortController()): Promise<Begun> {
  const place = await newPlace();
  const shown = Promise.withResolvers<URL>();
  const ended = signInByBrowser(place, { ports, waitMs, stop: stop.signal, show: shown.resolve });
  ended.catch(shown.reject);
  const address = await shown.promise;
  const { redirect_uri: callback = "", state = "" } = Object.fromEntries(address.searchParams);
  return { address, callback: new URL(callback), state, ended };
}

/** A port that can be listened on again is free. */
const isFree = async (port: number) => {
  const server = createServer().listen(port, "127.0.0.1");
  const isOpen = await once(server, "listening").then(
    () => true,
    () => false,
  );
  server.close();
  return isOpen;
};

const portOf = ({ callback }: Begun) => Number(callback.port);
async function chooseCora(address: string, { visit } = testBrowser()) {
  const people = await visit(address);
  return visit(people.url, accountOf(people, "Cora Coordinator"));
}

it("signs a terminal in through the browser of its machine", { timeout: 30_000 }, async () => {
  const firm = await newFirm(product.database.current.pool);
  const { environment } = await product.terminalOf(firm, "auditor");
  const terminal = spawn(process.execPath, [plumbScript, "login"], { env: environment, stdio: "pipe" });
  let [said, out] = ["", ""];
  terminal.stderr.on("data", (text: Buffer) => (said += text.toString()));
  terminal.stdout.on("data", (text: Buffer) => (out += text.toString()));
  const ended = new Promise((resolve) => terminal.on("exit", resolve));
  await expect.poll(() => said, { timeout: 10_000 }).toMatch(/\nhttp:\S+\n/);

  const address = new URL(/\n(http:\S+)\n/.exec(said)?.[1] ?? "");
  const page = await chooseCora(address.href);
  expect(page).toMatchObject({
    response: { status: 200 },
    text: expect.stringContaining("You may close this window") as string,
  });
  expect(loopbackPorts).toContain(Number(new URL(page.url).port));
  expect({ code: await ended, out }).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^You are Cora Coordinator at Firm .*: billing coordinator\n$/) as string,
  });
  expect(await product.terminalWith(environment).json("whoami")).toMatchObject({
    document: { actor: { email: "coordinator@firm.example" } },
  });
});

it("opens the browser where there is one, and shows the address all the same", async () => {
  const firm = await newFirm(product.database.current.pool);
  const { environment } = await product.terminalOf(firm, "auditor");
  const opened: string[] = [];
  const { plumb } = product.terminalWith(environment, [], (address) => {
    opened.push(address.href);
    void chooseCora(address.href);
  });
  const { code, err } = await plumb("login");
  expect({ code, opened }).toEqual({ code: 0, opened: [/\n(http:\S+)\n/.exec(err)?.[1]] });
});

it("asks for the firm, the API and PKCE with S256, and never twice with the same secret", async () => {
  const [port, other] = [await freePort(), await freePort()];
  const [first, second] = [await begin([port], 500), await begin([other], 500)];
  expect(Object.fromEntries(first.address.searchParams)).toMatchObject({
    response_type: "code",
    audience: "https://api.example",
    organization: expect.stringMatching(/^org_/) as string,
    redirect_uri: `http://127.0.0.1:${port}/callback`,
    code_challenge_method: "S256",
  });
  for (const name of ["state", "code_challenge"]) {
    expect(first.address.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
    expect(first.address.searchParams.get(name)).not.toBe(second.address.searchParams.get(name));
  }
  await Promise.allSettled([first.ended, second.ended]);
});

it("turns away what comes back with another state, and goes on waiting", async () => {
  const begun = await begin([await freePort()]);
  const browser = testBrowser();
  for (const query of ["?code=stolen&state=wrong", "?code=stolen", "?error=access_denied", ""]) {
    expect(await browser.visit(`${begun.callback.href}${query}`)).toMatchObject({
      response: { status: 400 },
      text: expect.stringContaining("waits for another answer") as string,
    });
  }
  const elsewhere = new URL(`/elsewhere?code=stolen&state=${begun.state}`, begun.callback);
  expect((await browser.visit(elsewhere.href)).response.status).toBe(404);
  expect((await chooseCora(begun.address.href, browser)).response.status).toBe(200);
  expect((await begun.ended).refreshToken).toBeDefined();
  expect(await isFree(portOf(begun))).toBe(true);
});

it("takes no code that was made for another terminal", async () => {
  const [mine, theirs] = [await begin([await freePort()]), await begin([await freePort()])];
  const address = new URL(theirs.address);
  // Their own request, sent back here: what a page that lures a person into another's sign-in would do.
  address.searchParams.set("redirect_uri", mine.callback.href);
  address.searchParams.set("state", mine.state);
  await chooseCora(address.href);
  await expect(mine.ended).rejects.toMatchObject({ exit: "signed-out" });
  await chooseCora(theirs.address.href);
  await theirs.ended;
});

it("says so when the issuer refuses", async () => {
  const begun = await begin([await freePort()]);
  const { text } = await testBrowser().visit(`${begun.address.href}&prompt=none`);
  expect(text).toContain("You may close this window");
  await expect(begun.ended).rejects.toMatchObject({
    exit: "signed-out",
    message: expect.stringMatching(/refuses: .*authentication is required/) as string,
  });
  expect(await isFree(portOf(begun))).toBe(true);
});

it("stops waiting after its time, and when it is stopped, and leaves the port free", async () => {
  const late = await begin([await freePort()], 100);
  await expect(late.ended).rejects.toMatchObject({
    exit: "signed-out",
    message: "You are not signed in: no browser came back in time. Begin again: plumb login",
  });
  const stop = new AbortController();
  const stopped = await begin([await freePort()], 20_000, stop);
  stop.abort();
  await expect(stopped.ended).rejects.toMatchObject({ message: "You are not signed in: it was stopped." });
  expect([await isFree(portOf(late)), await isFree(portOf(stopped))]).toEqual([true, true]);
});

it("takes the next port when one is taken, and names them when all are", async () => {
  const [taken, free] = [await freePort(), await freePort()];
  const other = createServer().listen(taken, "127.0.0.1");
  await once(other, "listening");
  const begun = await begin([taken, free]);
  expect(portOf(begun)).toBe(free);
  await chooseCora(begun.address.href);
  expect((await begun.ended).accessToken).toMatch(/^ey/);
  await expect(begin([taken])).rejects.toMatchObject({
    exit: "failed",
    message: expect.stringMatching(new RegExp(`${taken}.*taken.*plumb login --device`)) as string,
  });
  other.close();
});

it("comes back to the addresses that the guides name", async () => {
  const guides = join(import.meta.dirname, "../../../../docs/guides");
  const auth0 = await readFile(join(guides, "use-auth0.md"), "utf8");
  const named = [...auth0.matchAll(/`http:\/\/127\.0\.0\.1:(\d+)\/callback`/g)].map(([, port]) => Number(port));
  expect(named).toEqual(loopbackPorts);
  const [first, second, third] = loopbackPorts;
  const terminal = await readFile(join(guides, "use-the-command-line.md"), "utf8");
  expect(terminal).toContain(`(${first}, ${second} or ${third}, whichever is free)`);
  expect(terminal).toContain(`ssh -L ${first}:127.0.0.1:${first} HOST`);
});

it("leaves one way to sign in at a time", async () => {
  const { plumb } = product.terminalWith({ PLUMB_API_URL: product.apiUrl, PLUMB_TENANT: "any" });
  expect(await plumb("login", "--device", "--as", "x@firm.example")).toMatchObject({ code: 2 });
});
