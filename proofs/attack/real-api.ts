import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import { freePort } from "@plumbline/platform/embedded/free-port";
import type { SignInFirm } from "@plumbline/platform/embedded/issuer/account";
import { startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import type { TestDatabase } from "@plumbline/testing/database";
import { signInLocally } from "@plumbline/testing/sign-in-locally";
import { type Sender, senderOf } from "./send.ts";

const root = resolve(import.meta.dirname, "../..");
const domain = "plumb.test";
const audience = "https://api.plumb.test";
const claimsNamespace = "https://plumbline.app/";
const unlimited = String(1e9);
const readyWithinMs = 60_000;

/** The API as a process of its own, with people who sign in at an issuer; it can be ended and started again. */
export type RealApi = {
  /** Starts the process, or starts it again. */
  readonly start: () => Promise<void>;
  /** Ends it as a power failure does. */
  readonly kill: () => Promise<void>;
  readonly as: (firm: { readonly slug: string }, email: string) => Promise<Sender>;
  readonly close: () => Promise<void>;
};

/** @param options.appUrl where the process finds its database, when it is not the database's own address */
export async function openRealApi(
  { pool, appUrl, contextKey }: TestDatabase,
  slugs: readonly string[],
  options: { readonly appUrl?: string; readonly environment?: Readonly<Record<string, string>> } = {},
): Promise<RealApi> {
  const directory = await mkdtemp(join(tmpdir(), "plumbline-api-"));
  const firms = new Map<string, SignInFirm>();
  for (const slug of slugs) firms.set(slug, (await findSignInFirm(pool, slug)) as SignInFirm);
  const issuer = await startLocalIssuer({
    port: 0,
    directory: join(directory, "issuer"),
    audience,
    claimsNamespace,
    domain,
    firms: () => Promise.resolve([...firms.values()]),
  });
  const port = await freePort();
  const environment = {
    PATH: process.env["PATH"],
    DATABASE_APP_URL: options.appUrl ?? appUrl,
    CONTEXT_KEY: `${contextKey.id}:${contextKey.secret.toString("hex")}`,
    DOCUMENTS_FOLDER: join(directory, "documents"),
    APP_DOMAIN: domain,
    AUTH_ISSUER_URL: issuer.url,
    AUTH_AUDIENCE: audience,
    LIMIT_PER_ADDRESS: unlimited,
    LIMIT_PER_ACTOR: unlimited,
    LIMIT_PER_TENANT: unlimited,
    LIMIT_PER_PARTNER: unlimited,
    PORT: String(port),
    LOG_LEVEL: "error",
    ...options.environment,
  };
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child?.once("exit", done));
    child.kill("SIGKILL");
    await ended;
  };
  return {
    start: async () => {
      child = spawn(process.execPath, ["apps/api/src/main.ts"], {
        cwd: root,
        env: environment,
        stdio: ["ignore", "inherit", "inherit"],
      });
      await untilHealthy(senderOf({ port }, {}));
    },
    kill,
    as: async ({ slug }, email) => {
      const organization = firms.get(slug)?.organization ?? "";
      const { accessToken } = await signInLocally(issuer, { email, organization });
      return senderOf({ port }, { host: `${slug}.${domain}`, authorization: `Bearer ${accessToken}` });
    },
    close: async () => {
      await kill();
      await issuer.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function untilHealthy(send: Sender): Promise<void> {
  const until = performance.now() + readyWithinMs;
  while (performance.now() < until) {
    const answer = await send({ method: "get", path: "/healthz" }).catch(() => undefined);
    if (answer?.status === 200) return;
    await sleep(25);
  }
  throw new Error(`the API did not answer within ${readyWithinMs / 1000} s`);
}
