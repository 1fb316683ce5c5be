import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { accountOf, hidden, testBrowser } from "@plumbline/testing/test-browser";
import { outbound } from "../outbound.ts";
import { type LocalIssuer, startLocalIssuer } from "./local-issuer.ts";

const audience = "https://api.plumb.test";
const claimsNamespace = "https://plumbline.app/";
const castell = {
  organization: "org_castell",
  slug: "castell",
  name: "Castell <& Co>",
  people: [{ email: "cora@castell.example", name: "Cora", roles: ["billing_coordinator"] }],
};
const harbor = {
  organization: "org_harbor",
  slug: "harbor",
  name: "Harbor",
  people: [
    { email: "cora@castell.example", name: "Cora elsewhere", roles: ["auditor"] },
    { email: "hal@harbor.example", name: "Hal", roles: ["controller"] },
  ],
};
let firms = [castell, harbor];
let directory = "";
let issuer: LocalIssuer;

const options = () => ({
  port: 0,
  directory,
  audience,
  claimsNamespace,
  domain: "plumb.test",
  firms: () => Promise.resolve(firms),
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "plumbline-issuer-"));
  issuer = await startLocalIssuer(options());
});
afterAll(async () => {
  await issuer.close();
  await rm(directory, { recursive: true, force: true });
});
afterEach(() => {
  firms = [castell, harbor];
  vi.unstubAllEnvs();
});

type Tokens = Readonly<Record<string, string>>;

const post = async (path: string, form: Record<string, string>) => {
  const response = await outbound(new URL(path, issuer.url), { method: "POST", body: new URLSearchParams(form) });
  return { status: response.status, body: (await response.json()) as Tokens };
};

const localSignIn = (email: string, organization: string) =>
  post("oauth/token", {
    grant_type: "urn:plumbline:grant:local-sign-in",
    client_id: issuer.cli.clientId,
    email,
    organization,
  });

describe("the local sign-in grant", () => {
  it("gives the claims that Auth0 Organizations send, for the firm that was named", async () => {
    const { status, body } = await localSignIn("cora@castell.example", "org_harbor");
    expect([status, body["token_type"], body["scope"]]).toEqual([200, "Bearer", "openid profile email offline_access"]);
    expect(decodeJwt(body["access_token"] ?? "")).toMatchObject({
      iss: issuer.url,
      aud: audience,
      azp: "plumbline-cli",
      org_id: "org_harbor",
      org_name: "harbor",
      "https://plumbline.app/email": "cora@castell.example",
      "https://plumbline.app/email_verified": true,
    });
  });

  it("signs in nobody whom the firm does not know, nor for a firm that is not there", async () => {
    for (const organization of ["org_castell", "org_nowhere", ""]) {
      const { status, body } = await localSignIn("hal@harbor.example", organization);
      expect([status, body["error"]]).toEqual([400, "invalid_grant"]);
    }
  });

  it("is not for the portal, whose people choose in the browser", async () => {
    const { status } = await post("oauth/token", {
      grant_type: "urn:plumbline:grant:local-sign-in",
      client_id: issuer.portal.clientId,
      client_secret: issuer.portal.clientSecret,
      email: "hal@harbor.example",
      organization: "org_harbor",
    });
    expect(status).toBe(400);
  });

  it("renews with a refresh token once; one that was used before ends the whole sign-in", async () => {
    const first = (await localSignIn("hal@harbor.example", "org_harbor")).body;
    const renew = (token = "") =>
      post("oauth/token", { grant_type: "refresh_token", client_id: issuer.cli.clientId, refresh_token: token });
    const second = await renew(first["refresh_token"]);
    expect(second.status).toBe(200);
    expect(decodeJwt(second.body["access_token"] ?? "")).toMatchObject({ aud: audience, org_id: "org_harbor" });
    expect((await renew(first["refresh_token"])).status).toBe(400);
    expect((await renew(second.body["refresh_token"])).status).toBe(400);
  });

  it("renews nothing for somebody who has left the firm", async () => {
    const { body } = await localSignIn("hal@harbor.example", "org_harbor");
    firms = [castell, { ...harbor, people: harbor.people.slice(0, 1) }];
    const renewed = await post("oauth/token", {
      grant_type: "refresh_token",
      client_id: issuer.cli.clientId,
      refresh_token: body["refresh_token"] ?? "",
    });
    expect(renewed.status).toBe(400);
  });
});

it("ends a sign-in for whom it was made, and for no other application", async () => {
  const notice = vi.spyOn(console, "info");
  const { body } = await localSignIn("hal@harbor.example", "org_harbor");
  const refreshToken = body["refresh_token"] ?? "";
  const revoke = (client: Record<string, string>) =>
    outbound(new URL("oauth/revoke", issuer.url), {
      method: "POST",
      body: new URLSearchParams({ ...client, token: refreshToken }),
    });
  const renew = async (token: string) =>
    post("oauth/token", { grant_type: "refresh_token", client_id: issuer.cli.clientId, refresh_token: token });
  const { clientId, clientSecret } = issuer.portal;
  expect((await revoke({ client_id: clientId, client_secret: clientSecret })).status).toBe(200);
  const renewed = await renew(refreshToken);
  expect(renewed.status).toBe(200);
  expect((await revoke({ client_id: issuer.cli.clientId })).status).toBe(200);
  expect((await renew(renewed.body["refresh_token"] ?? "")).status).toBe(400);
  expect(notice).not.toHaveBeenCalled();
});

/** Stops where the issuer sends it away. */
const browser = () => testBrowser({ within: () => issuer.url });

const verifier = randomBytes(32).toString("base64url");
const authorize = (changes: Record<string, string> = {}) => {
  const parameters = {
    client_id: issuer.portal.clientId,
    response_type: "code",
    redirect_uri: "http://harbor.plumb.test:8080/callback",
    scope: "openid profile email offline_access",
    audience,
    organization: "org_harbor",
    state: "state",
    nonce: "nonce",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
    ...changes,
  };
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return `${issuer.url}authorize?${new URLSearchParams(given).toString()}`;
};

describe("the portal's sign-in", () => {
  it("lists the firm's people, each a button, and gives tokens for whom was chosen", async () => {
    const { visit } = browser();
    const page = await visit(authorize());
    expect(page.text).toContain("Sign in to Harbor");
    expect(page.text).not.toContain("Castell");
    expect(page.response.headers.get("content-security-policy")).toContain(
      "form-action 'self' http://harbor.plumb.test:8080;",
    );
    const back = await visit(page.url, accountOf(page, "Hal"));
    const { searchParams } = new URL(back.url);
    expect(searchParams.get("state")).toBe("state");
    const { status, body } = await post("oauth/token", {
      grant_type: "authorization_code",
      client_id: issuer.portal.clientId,
      client_secret: issuer.portal.clientSecret,
      code: searchParams.get("code") ?? "",
      redirect_uri: "http://harbor.plumb.test:8080/callback",
      code_verifier: verifier,
    });
    expect(status).toBe(200);
    expect(decodeJwt(body["access_token"] ?? "")).toMatchObject({
      aud: audience,
      azp: "plumbline-portal",
      org_id: "org_harbor",
    });
    expect(decodeJwt(body["id_token"] ?? "")).toMatchObject({
      aud: "plumbline-portal",
      nonce: "nonce",
      org_id: "org_harbor",
      email: "hal@harbor.example",
      name: "Hal",
    });
    expect(body["refresh_token"]).toBeDefined();
  });

  it("asks anew when the sign-in is for another firm, and not for the same one", async () => {
    const { visit } = browser();
    const page = await visit(authorize());
    await visit(page.url, accountOf(page, "Hal"));
    expect((await visit(authorize())).url).toMatch(/^http:\/\/harbor\.plumb\.test:8080\/callback\?code=/);
    const other = { organization: "org_castell", redirect_uri: "http://castell.plumb.test:8080/callback" };
    expect((await visit(authorize(other))).text).toContain("Sign in to Castell &lt;&amp; Co&gt;");
  });

  it("takes nobody of another firm for an answer", async () => {
    const { visit } = browser();
    const page = await visit(authorize({ organization: "org_castell" }));
    const again = await visit(page.url, { account: "local|org_harbor|hal@harbor.example" });
    expect(again.text).toContain("Sign in to Castell");
  });

  it.each([
    "http://evil.example/callback",
    "http://plumb.test/callback",
    "http://a.harbor.plumb.test/callback",
    "http://harbor.plumb.test.evil.example/callback",
    "http://harbor.plumb.test@evil.example/callback",
    "http://harbor.plumb.test/elsewhere",
    "javascript:alert(1)//.plumb.test/callback",
  ])("goes back to no other address: %s", async (redirect_uri) => {
    const { response, url } = await browser().visit(authorize({ redirect_uri }));
    expect([response.status, url.startsWith(issuer.url)]).toEqual([400, true]);
  });

  it.each([{ code_challenge: "" }, { code_challenge_method: "plain" }])("needs PKCE with S256: %j", async (changes) => {
    const { url } = await browser().visit(authorize(changes));
    expect(new URL(url).searchParams.get("error")).toBe("invalid_request");
  });

  it("says so when a sign-in has expired", async () => {
    const { response, text } = await browser().visit(`${issuer.url}sign-in/gone`);
    expect([response.status, text.includes("This sign-in has expired")]).toEqual([400, true]);
  });
});

it("signs a terminal in that waits on a loopback address, as it must at Auth0", async () => {
  const { visit } = browser();
  const terminal = { client_id: issuer.cli.clientId, redirect_uri: "http://127.0.0.1:49152/callback" };
  const page = await visit(authorize(terminal));
  const { url } = await visit(page.url, accountOf(page, "Hal"));
  const { status, body } = await post("oauth/token", {
    ...terminal,
    grant_type: "authorization_code",
    code: new URL(url).searchParams.get("code") ?? "",
    code_verifier: verifier,
  });
  expect([status, decodeJwt(body["access_token"] ?? "")["org_id"]]).toEqual([200, "org_harbor"]);
  const portals = { ...terminal, redirect_uri: "http://harbor.plumb.test:8080/callback" };
  expect((await browser().visit(authorize(portals))).response.status).toBe(400);
});

it("signs out, and goes back to where it was asked", async () => {
  const { visit } = browser();
  const page = await visit(authorize());
  await visit(page.url, accountOf(page, "Hal"));
  const home = "http://harbor.plumb.test:8080/";
  const asked = { client_id: issuer.portal.clientId, post_logout_redirect_uri: home };
  const out = await visit(`${issuer.url}oidc/logout?${new URLSearchParams(asked).toString()}`);
  const action = /action="([^"]+)"/.exec(out.text)?.[1] ?? "";
  expect((await visit(action, { ...hidden(out), logout: "yes" })).url).toBe(home);
  expect((await visit(authorize())).text).toContain("Sign in to Harbor");
});

it("signs a terminal in by a code that is confirmed in the browser", async () => {
  const asked = await post("oauth/device/code", {
    client_id: issuer.cli.clientId,
    scope: "openid profile email offline_access",
    organization: "org_castell",
  });
  const poll = () =>
    post("oauth/token", {
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      client_id: issuer.cli.clientId,
      device_code: asked.body["device_code"] ?? "",
    });
  expect((await poll()).body["error"]).toBe("authorization_pending");

  const { visit } = browser();
  const address = asked.body["verification_uri"] ?? "";
  const user_code = asked.body["user_code"] ?? "";
  const wrong = await visit(address, { ...hidden(await visit(address)), user_code: "WRONG" });
  expect(wrong.text).toContain("That code is not known");
  const confirm = await visit(address, { ...hidden(wrong), user_code });
  expect(confirm.text).toContain(user_code);
  const people = await visit(address, hidden(confirm));
  expect(people.text).toContain("Sign in to Castell");
  const done = await visit(people.url, accountOf(people, "Cora"));
  expect(done.text).toContain("Your terminal is signed in");
  expect(decodeJwt((await poll()).body["access_token"] ?? "")).toMatchObject({
    azp: "plumbline-cli",
    org_id: "org_castell",
  });
});

it("signs no terminal in when the person says no", async () => {
  const asked = await post("oauth/device/code", { client_id: issuer.cli.clientId, organization: "org_castell" });
  const { visit } = browser();
  const address = asked.body["verification_uri"] ?? "";
  const user_code = asked.body["user_code"] ?? "";
  const confirm = await visit(address, { ...hidden(await visit(address)), user_code });
  const refused = await visit(address, { ...hidden(confirm), abort: "yes" });
  expect(refused.text).toContain("Your terminal was not signed in");
  const polled = await post("oauth/token", {
    grant_type: "urn:ietf:params:oauth:grant-type:device_code",
    client_id: issuer.cli.clientId,
    device_code: asked.body["device_code"] ?? "",
  });
  expect(polled.body["error"]).toBe("access_denied");
});

it("keeps its signing key over a restart, so that tokens live on", async () => {
  const keysOf = async (url: string) => (await outbound(`${url}.well-known/jwks.json`)).json();
  const again = await startLocalIssuer(options());
  const [before, after] = [await keysOf(issuer.url), await keysOf(again.url)];
  await again.close();
  expect(after).toEqual(before);
  expect(JSON.stringify(after)).not.toContain('"d":');
});

it("does not start in production, nor where others can reach it", async () => {
  await expect(startLocalIssuer({ ...options(), host: "0.0.0.0" })).rejects.toThrow("listens on 127.0.0.1 and not on");
  vi.stubEnv("NODE_ENV", "production");
  await expect(startLocalIssuer(options())).rejects.toThrow("does not start in production");
});

it("answers nobody who calls it by another name", async () => {
  const socket = connect(issuer.port, "127.0.0.1");
  socket.write("GET /.well-known/openid-configuration HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /);
});
