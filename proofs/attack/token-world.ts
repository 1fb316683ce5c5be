import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey } from "@plumbline/operations/api-keys/create-api-key";
import { revokeApiKey } from "@plumbline/operations/api-keys/revoke-api-key";
import { rotateApiKey } from "@plumbline/operations/api-keys/rotate-api-key";
import { enterTenant } from "@plumbline/operations/tenants/enter-tenant";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import type { SignInFirm } from "@plumbline/platform/embedded/issuer/account";
import { type LocalIssuer, startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import { listen, type Listening } from "@plumbline/platform/listen";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { newFirm } from "@plumbline/testing/firm";
import { type SignedIn, signInLocally } from "@plumbline/testing/sign-in-locally";
import type { TestServer } from "@plumbline/testing/test-server";
import { type Parts, partsOf } from "./forge-token.ts";

export const audience = "https://api.plumb.test";
export const claimsNamespace = "https://plumbline.app/";
export const domain = "plumb.test";
/** Has a letter that Unicode folds to an ASCII one, which is how two people become one. */
export const goodEmail = "kira@firm.example";

/** Two firms of one partner and one of another, an issuer that all trust and one that nobody does, and keys in every state. */
export type TokenWorld = {
  readonly database: TestDatabase;
  readonly issuer: LocalIssuer;
  readonly here: SignInFirm;
  readonly sister: SignInFirm;
  readonly foreign: SignInFirm;
  readonly good: SignedIn;
  readonly parts: Parts;
  readonly atSister: SignedIn;
  readonly atForeign: SignedIn;
  readonly signingKey: KeyObject;
  readonly publicKey: { readonly jwk: JsonWebKey; readonly pem: string };
  readonly stranger: {
    readonly issuer: LocalIssuer;
    readonly signedIn: SignedIn;
    readonly key: KeyObject;
    readonly jwk: JsonWebKey;
  };
  /** Serves the stranger's key to whoever fetches it, and counts. */
  readonly bait: { readonly url: string; readonly taken: () => number };
  readonly keys: Keys;
  readonly close: () => Promise<void>;
};

type Keys = Readonly<
  Record<"good" | "fresh" | "overlapping" | "rotatedAway" | "revoked" | "expired" | "foreign" | "sister", string>
>;

export async function openTokenWorld(server: TestServer): Promise<TokenWorld> {
  const database = await openTestDatabase(server);
  const directory = await mkdtemp(join(tmpdir(), "plumbline-tokens-"));
  const people = [
    { email: goodEmail, name: "Kira", roles: ["automation_admin" as const] },
    { email: "leaver@firm.example", name: "Lea", roles: ["controller" as const] },
  ];
  const other = (email: string) => [{ email, name: "Somebody else", roles: ["automation_admin" as const] }];
  const { pool } = database;
  const hereFirm = await newFirm(pool, { folder: { people } });
  const sisterFirm = await newFirm(pool, { folder: { people: [...people, ...other("sister@firm.example")] } });
  const partner = { slug: "competitor", name: "Competitor" };
  const foreignFirm = await newFirm(pool, { folder: { partner, people: other("foreign@firm.example") } });
  const firms = await Promise.all([hereFirm, sisterFirm, foreignFirm].map(({ slug }) => findSignInFirm(pool, slug)));
  const [here, sister, foreign] = firms as [SignInFirm, SignInFirm, SignInFirm]; // Made above.

  const issue = async (name: string) => {
    const folder = join(directory, name);
    const issuer = await startLocalIssuer({
      port: 0,
      directory: folder,
      audience,
      claimsNamespace,
      domain,
      firms: () => Promise.resolve([here, sister, foreign]),
    });
    const jwk = JSON.parse(await readFile(join(folder, "signing-key.json"), "utf8")) as JsonWebKey;
    return { issuer, key: createPrivateKey({ key: jwk, format: "jwk" }), kid: String(jwk["kid"]) };
  };
  const trusted = await issue("trusted");
  const strange = await issue("strange");
  const strangeJwk = publicJwk(strange.key, strange.kid);
  const bait = await openBait({ keys: [strangeJwk] });
  const as = (firm: SignInFirm, email = goodEmail) =>
    signInLocally(trusted.issuer, { email, organization: firm.organization });
  const good = await as(here);
  return {
    database,
    issuer: trusted.issuer,
    here,
    sister,
    foreign,
    good,
    parts: partsOf(good.accessToken),
    atSister: await as(sister),
    atForeign: await as(foreign, "foreign@firm.example"),
    signingKey: trusted.key,
    publicKey: {
      jwk: publicJwk(trusted.key, trusted.kid),
      pem: createPublicKey(trusted.key).export({ type: "spki", format: "pem" }).toString(),
    },
    stranger: {
      issuer: strange.issuer,
      signedIn: await signInLocally(strange.issuer, { email: goodEmail, organization: here.organization }),
      key: strange.key,
      jwk: strangeJwk,
    },
    bait,
    keys: await makeKeys(database, { here: hereFirm, sister: sisterFirm, foreign: foreignFirm }),
    close: async () => {
      await Promise.all([trusted.issuer.close(), strange.issuer.close(), bait.close(), database.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const publicJwk = (key: KeyObject, kid: string): JsonWebKey => ({
  ...createPublicKey(key).export({ format: "jwk" }),
  kid,
  alg: "RS256",
  use: "sig",
});

/** A key nobody knows, of a kind of its own. */
export const newKey = (kind: "ec" | "ed25519"): KeyObject =>
  kind === "ec"
    ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey
    : generateKeyPairSync("ed25519").privateKey;

async function openBait(document: object) {
  let taken = 0;
  const server: Listening = await listen(
    (_request, response) => {
      taken += 1;
      response.setHeader("content-type", "application/json").end(JSON.stringify(document));
    },
    { host: "127.0.0.1", port: 0 },
  );
  return { url: `http://127.0.0.1:${server.port}/keys`, taken: () => taken, close: server.close };
}

type Firms = Readonly<Record<"here" | "sister" | "foreign", Awaited<ReturnType<typeof newFirm>>>>;

async function makeKeys({ pool, admin }: TestDatabase, firms: Firms): Promise<Keys> {
  const adminOf = async ({ slug }: { readonly slug: string }) => {
    const firm = await findSignInFirm(pool, slug);
    const email = firm?.people.find(({ roles }) => roles.includes("automation_admin"))?.email ?? "";
    return enterTenant(pool, slug, { kind: "person", email });
  };
  const here = await adminOf(firms.here);
  const input = { name: "Nightly import", scopes: ["work.read"], lifetimeDays: 1 };
  const create = (inScope = here) => inScope((scope) => createApiKey(scope, input));
  const rotate = (apiKeyId: string) =>
    here((scope) => rotateApiKey(scope, { apiKeyId, overlapHours: 1, lifetimeDays: 1 }));
  const [good, overlapping, rotatedAway, revoked, expired] = [
    await create(),
    await create(),
    await create(),
    await create(),
    await create(),
  ];
  const fresh = await rotate(overlapping.id);
  await rotate(rotatedAway.id);
  await here((scope) => revokeApiKey(scope, { apiKeyId: revoked.id }));
  await admin.query("update api_keys set overlaps_until = now() where id = $1", [rotatedAway.id]);
  await admin.query("update api_keys set expires_at = now() where id = $1", [expired.id]);
  const foreign = await create(await adminOf(firms.foreign));
  const sister = await create(await adminOf(firms.sister));
  const all = { good, fresh, overlapping, rotatedAway, revoked, expired, foreign, sister };
  return Object.fromEntries(Object.entries(all).map(([name, { secret }]) => [name, secret])) as Keys;
}
