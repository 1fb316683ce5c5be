import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import express from "express";
import request from "supertest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalIssuer, startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import { listen, type Listening } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { outbound } from "@plumbline/platform/outbound";
import type { Assets } from "./edge/assets.ts";
import { createPortal } from "./server.ts";

const firm = (slug: string, name: string, colour: string, font: string) => ({
  brand: { slug, name, colour, font, logoSvg: "<svg><rect/></svg>", hash: "a1b2", organization: `org_${slug}` },
  signIn: {
    organization: `org_${slug}`,
    slug,
    name,
    people: [{ email: `cora@${slug}.example`, name: "Cora", roles: [] }],
  },
});
const firms = {
  harbor: firm("harbor", "Harbor <& Co>", "#0b5c78", "Inter"),
  saffron: firm("saffron", "Saffron", "#ffb400", "Source Sans 3"),
};
const audience = "https://api.plumb.test";
const silent = createLog({ destination: new Writable({ write: (_chunk, _encoding, done) => done() }) });
const assets: Assets = {
  serve: (_request, _response, next) => next(),
  script: "/assets/main.js",
  styles: ["/assets/main.css"],
  fontOf: (family) => `/assets/${family}.woff2`,
};

let directory = "";
let issuer: LocalIssuer;
let upstream: Listening;
let portal: express.Express;

const deps = () => ({
  log: silent,
  assets,
  appUrl: "http://plumb.test",
  apiUrl: `http://127.0.0.1:${upstream.port}`,
  signIn: { issuerUrl: issuer.url, audience, ...issuer.portal, sessionSecrets: ["s".repeat(32)] },
  trustedProxies: "loopback",
});

/** On whose behalf brands were asked for. */
const brandsAskedFor: unknown[] = [];

/** In the API's place: tells what reached it. */
function echo(): express.Express {
  const api = express();
  api.use((incoming, response) => {
    const known = firms[(incoming.headers.host ?? "").split(".")[0] as keyof typeof firms];
    if (incoming.path === "/v1/brand") {
      brandsAskedFor.push(incoming.headers["x-forwarded-for"]);
      if (known) response.json(known.brand);
      else response.sendStatus(404);
      return;
    }
    const bytes: Buffer[] = [];
    incoming.on("data", (part: Buffer) => bytes.push(part));
    incoming.on("end", () => {
      const { headers, method, url } = incoming;
      response.setHeader("request-id", "r-1");
      response.setHeader("content-disposition", "attachment");
      const body = Buffer.concat(bytes).toString();
      if (url.endsWith("/documents/pdf")) response.type("application/pdf").send("%PDF-1.7");
      else response.status(method === "POST" ? 201 : 200).json({ headers, method, url, body });
    });
  });
  return api;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "plumbline-portal-"));
  const people = () => Promise.resolve(Object.values(firms).map(({ signIn }) => signIn));
  const claimsNamespace = "https://plumbline.app/";
  issuer = await startLocalIssuer({
    port: 0,
    directory,
    audience,
    claimsNamespace,
    domain: "plumb.test",
    firms: people,
  });
  upstream = await listen(echo(), { host: "127.0.0.1", port: 0 });
  portal = createPortal(deps());
});
afterAll(async () => {
  await upstream.close();
  await issuer.close();
  await rm(directory, { recursive: true, force: true });
});

type Cookies = Map<string, string>;
const cookieHeader = (cookies: Cookies) => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");

function keep(cookies: Cookies, set: readonly string[]) {
  for (const cookie of set) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === "") cookies.delete(name);
    else cookies.set(name, value);
  }
}

/** Supertest says "string" and means a list. */
const setCookies = ({ headers }: request.Response): readonly string[] =>
  (headers["set-cookie"] as unknown as readonly string[] | undefined) ?? [];

const ask = (path: string, cookies: Cookies = new Map(), host = "harbor.plumb.test") =>
  request(portal).get(path).set("host", host).set("accept", "text/html").set("cookie", cookieHeader(cookies));

const write = (path: string, cookies: Cookies = new Map()) =>
  request(portal).post(path).set("host", "harbor.plumb.test").set("cookie", cookieHeader(cookies));

/** Walks through the issuer's pages as a browser would, to where it is sent away. */
async function throughIssuer(address: string, firmName: keyof typeof firms): Promise<URL> {
  const cookies: Cookies = new Map();
  const visit = async (url: string, form?: Record<string, string>): Promise<{ url: string; text: string }> => {
    const response = await outbound(url, {
      redirect: "manual",
      headers: { cookie: cookieHeader(cookies) },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    keep(cookies, response.headers.getSetCookie());
    const location = response.headers.get("location");
    if (location === null) return { url, text: await response.text() };
    const next = new URL(location, issuer.url).href;
    return next.startsWith(issuer.url) ? visit(next) : { url: next, text: "" };
  };
  const { url, text } = await visit(address);
  expect(text).toContain("Sign in to");
  const { url: back } = await visit(url, { account: `local|org_${firmName}|cora@${firmName}.example` });
  return new URL(back);
}

async function signedIn(path = "/invoices/1?tab=lines") {
  const cookies: Cookies = new Map();
  const sent = await ask(path);
  keep(cookies, setCookies(sent));
  const { pathname, search } = await throughIssuer(sent.get("location") ?? "", "harbor");
  const back = await ask(`${pathname}${search}`, cookies);
  keep(cookies, setCookies(back));
  return { cookies, back };
}

describe("a page", () => {
  it("is in the firm's look before the first byte of anything else", async () => {
    const { cookies } = await signedIn();
    const { text, headers } = await ask("/", cookies).expect(200);
    expect(text).toMatch(/^<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><style nonce="[^"]+">:root\{/);
    expect(text).toContain("--solid:#0b5c78");
    expect(text).toContain('"Inter Variable"');
    expect(text).toContain("<title>Harbor &lt;&amp; Co&gt;</title>");
    expect(text).not.toMatch(/<[^>]+ style=/);
    expect(headers["cache-control"]).toBe("private, no-store");
    expect(headers["vary"]).toContain("Host");
  });

  it("runs only what carries this answer's nonce", async () => {
    const { cookies } = await signedIn();
    const [one, other] = [await ask("/", cookies), await ask("/", cookies)];
    const policies = [one, other].map(({ headers }) => String(headers["content-security-policy"]));
    const nonces = policies.map((policy) => /script-src 'nonce-([^']+)' 'strict-dynamic'/.exec(policy)?.[1]);
    expect(new Set(nonces).size).toBe(2);
    expect(policies[0]).toContain("default-src 'none'");
    expect(policies[0]).not.toContain("unsafe");
    const elements = [...one.text.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag);
    const inert = elements.filter((tag) => !tag.includes('type="application/json"'));
    expect(inert.every((tag) => tag.includes(`nonce="${nonces[0]}"`))).toBe(true);
  });

  it.each(["nobody.plumb.test", "plumb.test", "evil.example", "harbor.plumb.test.evil.example", "x.harbor.plumb.test"])(
    "is nobody's at %s",
    async (host) => {
      const { text } = await ask("/", new Map(), host).expect(404);
      expect(text).toContain("Nothing is here");
      expect(text).not.toContain("--solid");
    },
  );
});

it("asks for a brand on behalf of the visitor, so that one who asks for a thousand firms is held and nobody else", async () => {
  await ask("/", new Map(), "no-such-firm.plumb.test").set("x-forwarded-for", "203.0.113.66").expect(404);
  expect(brandsAskedFor.at(-1)).toBe("203.0.113.66");
});

describe("signing in", () => {
  it("asks the issuer for this firm, with PKCE, and comes back to the page that was wanted", async () => {
    const { back } = await signedIn();
    expect(back.get("location")).toBe("/invoices/1?tab=lines");
    const session = setCookies(back).find((cookie) => cookie.startsWith("session="));
    expect(session).toMatch(/HttpOnly/);
    expect(session).toMatch(/SameSite=Lax/);
    const parameters = new URL((await ask("/")).get("location") ?? "").searchParams;
    expect(parameters.get("organization")).toBe("org_harbor");
    expect(parameters.get("code_challenge_method")).toBe("S256");
    expect(parameters.get("redirect_uri")).toBe("http://harbor.plumb.test/callback");
  });

  it("refuses a sign-in that was for another firm", async () => {
    const cookies: Cookies = new Map();
    const sent = await ask("/");
    keep(cookies, setCookies(sent));
    const elsewhere = new URL(sent.get("location") ?? "");
    elsewhere.searchParams.set("organization", "org_saffron");
    const { pathname, search } = await throughIssuer(elsewhere.href, "saffron");
    const back = await ask(`${pathname}${search}`, cookies);
    expect(back.get("location")).toBe("/sign-in-refused");
    await ask("/sign-in-refused").expect(403, /could not be signed in/);
  });

  it.each([
    ["//evil.example/x", "/"],
    ["https://evil.example/", "/"],
    ["/\\evil.example", "/"],
    ["/%2F/evil.example", "/%2F/evil.example"],
    ["javascript:alert(1)", "/"],
    ["/sign-in?returnTo=/sign-in", "/"],
    ["/approvals?step=finance", "/approvals?step=finance"],
  ])("comes back to a page of its own and nowhere else: %s", async (returnTo, lands) => {
    const { back } = await signedIn(`/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
    expect(back.get("location")).toBe(lands);
  });

  it("ends with signing out, here and at the issuer", async () => {
    const { cookies } = await signedIn();
    const out = await write("/sign-out", cookies).set("origin", "http://harbor.plumb.test").expect(302);
    expect(out.get("location")).toContain(`${issuer.url}oidc/logout`);
    keep(cookies, setCookies(out));
    expect((await ask("/", cookies)).status).toBe(302);
  });
});

describe("without the API", () => {
  it("says so to people and to programs, and shows nothing of the inside", async () => {
    const alone = createPortal({ ...deps(), apiUrl: "http://127.0.0.1:1" });
    const page = await request(alone).get("/").set("host", "harbor.plumb.test").set("accept", "text/html").expect(503);
    expect(page.text).toContain("The service cannot answer right now");
    expect(page.text).not.toContain("ECONNREFUSED");
    const { body } = await request(alone).get("/v1/session").set("host", "harbor.plumb.test").expect(503);
    expect(body.type).toBe("/problems/service-unavailable");
  });
});

describe("what is passed on", () => {
  it("carries the token of whoever is signed in, the host, and where it came from; the cookie stays here", async () => {
    const { cookies } = await signedIn();
    const { body } = await ask("/v1/session?x=1", cookies).set("x-forwarded-for", "203.0.113.7").expect(200);
    expect(body.url).toBe("/v1/session?x=1");
    expect(body.headers.host).toBe("harbor.plumb.test");
    expect(body.headers.authorization).toMatch(/^Bearer ey/);
    expect(body.headers.cookie).toBeUndefined();
    expect(body.headers["x-forwarded-for"]).toBe("203.0.113.7");
  });

  it("carries a body as it is, from this origin", async () => {
    const { cookies } = await signedIn();
    const { body } = await write("/v1/things", cookies)
      .set("origin", "http://harbor.plumb.test")
      .send({ a: 1 })
      .expect(201);
    expect([body.method, body.body]).toEqual(["POST", '{"a":1}']);
  });

  it.each([
    { origin: "http://saffron.plumb.test" },
    { origin: "null" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site" },
    {},
  ])("is no write of another origin: %j", async (headers) => {
    const { cookies } = await signedIn();
    const { body } = await write("/v1/things", cookies).set(headers).send({}).expect(403);
    expect(body.type).toBe("/problems/origin-refused");
    await write("/sign-out", cookies).set(headers).expect(403);
  });

  it("leaves a program's own token alone, and needs no cookie for it", async () => {
    const { body } = await write("/v1/things").set("authorization", "Bearer plk_x_y").send({}).expect(201);
    expect(body.headers.authorization).toBe("Bearer plk_x_y");
  });

  it("carries no token for nobody", async () => {
    const { body } = await ask("/v1/session").expect(200);
    expect(body.headers.authorization).toBeUndefined();
  });

  it("shows a document in place, and lets nobody else frame it", async () => {
    const { cookies } = await signedIn();
    const { headers } = await ask("/documents/0192.pdf", cookies).expect(200);
    expect(headers["content-disposition"]).toBe("inline");
    expect(headers["content-security-policy"]).toBe("frame-ancestors 'self'");
  });
});
