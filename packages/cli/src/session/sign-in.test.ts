import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFirm } from "@plumbline/testing/firm";
import { useProduct } from "../test-kit.ts";
import type { Session } from "./session-file.ts";

const product = useProduct();
const sessionsOf = (environment: Readonly<Record<string, string>>) =>
  join(environment["XDG_CONFIG_HOME"] ?? "", "plumb", "sessions.json");

it("signs a person in, keeps it where only they can read it, and knows them afterwards", async () => {
  const firm = await newFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  expect((await stat(sessionsOf(cora.environment))).mode & 0o777).toBe(0o600);
  expect(await cora.json("whoami")).toMatchObject({
    code: 0,
    document: {
      actor: { email: "coordinator@firm.example", roles: ["billing_coordinator"] },
      tenant: { slug: firm.slug },
    },
  });
  const { out } = await cora.plumb("whoami");
  expect(out).toMatch(/^Cora Coordinator <coordinator@firm\.example> at Firm/);
  expect((await cora.plumb("tenants")).out).toContain(firm.slug);
  expect(await readdir(join(cora.environment["XDG_CONFIG_HOME"] ?? "", "plumb"))).toEqual(["sessions.json"]);
});

it("renews a token that has ended, in the file too, and asks to sign in when that is refused", async () => {
  const firm = await newFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const path = sessionsOf(cora.environment);
  const [session] = JSON.parse(await readFile(path, "utf8")) as [Session];
  await writeFile(path, JSON.stringify([{ ...session, expiresAt: 0, accessToken: "over" }]));
  expect((await cora.plumb("whoami")).code).toBe(0);
  const [renewed] = JSON.parse(await readFile(path, "utf8")) as [Session];
  expect(renewed.expiresAt).toBeGreaterThan(Date.now());
  expect(renewed.refreshToken).not.toBe(session.refreshToken);

  await writeFile(path, JSON.stringify([{ ...session, expiresAt: 0, accessToken: "over", refreshToken: "unknown" }]));
  const refused = await cora.plumb("whoami");
  expect(refused).toMatchObject({
    code: 4,
    out: "",
    err: expect.stringContaining("/problems/token-refused") as string,
  });
});

it("ends a sign-in here and at the issuer", async () => {
  const firm = await newFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const [session] = JSON.parse(await readFile(sessionsOf(cora.environment), "utf8")) as [Session];
  expect(await cora.plumb("logout")).toMatchObject({ code: 0, err: "" });
  expect(await cora.plumb("whoami")).toMatchObject({ code: 4, err: expect.stringContaining("plumb login") as string });
  await writeFile(sessionsOf(cora.environment), JSON.stringify([{ ...session, expiresAt: 0 }]));
  expect((await cora.plumb("whoami")).code).toBe(0); // The access token lives until its end,
  await writeFile(sessionsOf(cora.environment), JSON.stringify([{ ...session, expiresAt: 0, accessToken: "over" }]));
  expect((await cora.plumb("whoami")).code).toBe(4); // but nothing follows it.
});

it("says in words what is wrong with where it was sent", async () => {
  const firm = await newFirm(product.database.current.pool);
  const cora = await product.terminalOf(firm, "coordinator");
  const nowhere = { ...cora.environment, PLUMB_TENANT: "nobody-here" };
  expect(await product.terminalWith(nowhere).plumb("login", "--as", "x@firm.example")).toMatchObject({
    code: 1,
    err: expect.stringContaining('no firm "nobody-here"') as string,
  });
  expect(await cora.plumb("login", "--as", "stranger@firm.example")).toMatchObject({
    code: 4,
    err: expect.stringContaining("Nobody with the e-mail stranger@firm.example") as string,
  });
  expect(await cora.plumb("login", "--api", "http://localhost:1")).toMatchObject({
    code: 5,
    err: expect.stringContaining("cannot be reached") as string,
  });
  expect(await cora.plumb("login", "--api", "http://plumb.example")).toMatchObject({
    code: 2,
    err: expect.stringContaining("in the clear") as string,
  });
});
