import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import type { SignInFirm } from "@plumbline/platform/embedded/issuer/account";
import { type LocalIssuer, startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import { createLog } from "@plumbline/platform/log";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { signInLocally } from "@plumbline/testing/sign-in-locally";
import { useApi } from "../test-kit.ts";
import { authenticate } from "./authenticate.ts";

const audience = "https://api.plumb.test";
const claimsNamespace = "https://plumbline.app/";
const issued: (() => Promise<SignInFirm>)[] = [];
let issuer: LocalIssuer;
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "plumbline-issuer-"));
  issuer = await startIssuer(0);
});
afterAll(async () => {
  await issuer.close();
  await rm(directory, { recursive: true, force: true });
});

const startIssuer = (port: number) =>
  startLocalIssuer({
    port,
    directory,
    audience,
    claimsNamespace,
    domain: "plumb.test",
    firms: () => Promise.all(issued.map((firm) => firm())),
  });

const openApi = () =>
  useApi({
    authenticate: (pool) =>
      authenticate({ pool, log: createLog(), tokens: { issuerUrl: issuer.url, audience, claimsNamespace } }),
  });
const api = openApi();
/** Has not asked the issuer for its keys yet. */
const unasked = openApi();

async function organizationOf({ database }: typeof api, { slug }: Pick<Firm, "slug">): Promise<SignInFirm> {
  const firm = await findSignInFirm(database.current.pool, slug);
  if (firm === undefined) throw new Error(`there is no ${slug}`);
  return firm;
}

async function firmWith(options: Parameters<typeof newFirm>[1] = {}): Promise<Firm> {
  const firm = await newFirm(api.database.current.pool, options);
  issued.push(() => organizationOf(api, firm));
  return firm;
}

const tokenOf = async (firm: Firm, who: string) => {
  const { organization } = await organizationOf(api, firm);
  return (await signInLocally(issuer, { email: `${who}@firm.example`, organization })).accessToken;
};

const ask = (of: typeof api, firm: Firm, authorization: string | undefined) => {
  const request = of.anybody(firm).raw("get", "/v1/session");
  return authorization === undefined ? request : request.set("authorization", authorization);
};

describe("authenticate", () => {
  it("lets a person in by a token for this firm, with the roles they have now", async () => {
    const firm = await firmWith();
    const token = await tokenOf(firm, "finance");
    const { body } = await ask(api, firm, `Bearer ${token}`).expect(200);
    expect(body).toMatchObject({
      tenant: { id: firm.tenantId, slug: firm.slug, name: `Firm ${firm.slug}` },
      actor: { kind: "person", name: "Finn Finance", email: "finance@firm.example", roles: ["finance_approver"] },
    });
    await api.database.current.admin.query(
      "update memberships set roles = '{auditor}' where tenant_id = $1 and key = 'finance@firm.example'",
      [firm.tenantId],
    );
    const later = await ask(api, firm, `Bearer ${token}`).expect(200);
    expect(later.body.actor.roles).toEqual(["auditor"]);
    expect(later.body.permissions).not.toContain("invoice.approve.finance");
  });

  it("shuts a person out as soon as the membership is gone, saying no more than that", async () => {
    const people = [
      { email: "leaver@firm.example", name: "Lea", roles: ["auditor" as const] },
      { email: "stays@firm.example", name: "Stan", roles: ["auditor" as const] },
    ];
    const firm = await firmWith({ folder: { people } });
    const token = await tokenOf(firm, "leaver");
    await ask(api, firm, `Bearer ${token}`).expect(200);
    await api.database.current.admin.query("delete from memberships where key = 'leaver@firm.example'");
    const { status, body, headers } = await ask(api, firm, `Bearer ${token}`);
    expect([status, body.type, body.detail]).toEqual([403, "/problems/membership-missing", undefined]);
    expect(headers["www-authenticate"]).toBeUndefined();
  });

  it("refuses a token for another firm as it refuses one for a firm that is not there", async () => {
    const [here, there] = [await firmWith(), await firmWith()];
    const answer = await ask(api, here, `Bearer ${await tokenOf(there, "finance")}`);
    expect([answer.status, answer.body.type]).toEqual([401, "/problems/token-refused"]);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="plumbline", error="invalid_token"');
    expect(answer.text).not.toContain(there.slug);
  });

  it("asks who shows nothing to sign in", async () => {
    const { status, body, headers } = await ask(api, await firmWith(), undefined);
    expect([status, body.type]).toEqual([401, "/problems/sign-in-needed"]);
    expect(headers["www-authenticate"]).toBe('Bearer realm="plumbline"');
  });

  it("blames itself and not the token while the issuer cannot be asked, and believes again when it can", async () => {
    const firm = await newFirm(unasked.database.current.pool);
    const { organization } = await organizationOf(unasked, firm);
    issued.push(() => organizationOf(unasked, firm));
    const { accessToken } = await signInLocally(issuer, { email: "finance@firm.example", organization });
    const asked = () => ask(unasked, firm, `Bearer ${accessToken}`);
    const { port } = issuer;
    await issuer.close();
    const { status, headers, body } = await asked();
    expect([status, headers["retry-after"], body.type]).toEqual([503, "5", "/problems/service-unavailable"]);
    issuer = await startIssuer(port);
    await asked().expect(200);
  });
});
