import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { RequestHandler } from "express";
import request from "supertest";
import { afterAll, beforeAll } from "vitest";
import { Problem } from "@plumbline/domain/problem";
import { enterTenantById } from "@plumbline/operations/tenants/enter-tenant";
import { checkDatabase } from "@plumbline/platform/check-database";
import { createLog } from "@plumbline/platform/log";
import { newId } from "@plumbline/platform/new-id";
import { openStorage, type Storage } from "@plumbline/platform/storage";
import type { TenantPool } from "@plumbline/platform/tenancy";
import type { Firm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { locals, tenantOf } from "./caller.ts";
import { createLimits, type Limits } from "./edge/limits.ts";
import type { Route } from "./route.ts";
import { createServer } from "./server.ts";

const domain = "plumb.test";
const noLimits: Limits = { address: 1e6, actor: 1e6, tenant: 1e6, partner: 1e6 };
/** Bugs that tests provoke are no news. */
const silent = createLog({ destination: new Writable({ write: (_chunk, _encoding, done) => done() }) });

/** The whole API on a database of its own, asked as people of a firm ask it. How people prove who they are is tested apart. */
export function useApi(
  options: {
    readonly routes?: readonly Route[];
    readonly limits?: Partial<Limits>;
    readonly authenticate?: (pool: TenantPool) => RequestHandler;
    /** The database of another API, to ask both about the same things. */
    readonly database?: ReturnType<typeof useTestDatabase>;
  } = {},
) {
  const database = options.database ?? useTestDatabase();
  let api: { readonly app: ReturnType<typeof createServer>; readonly storage: Storage } | undefined;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plumbline-api-"));
    const { pool } = database.current;
    const storage = openStorage(folder);
    const app = createServer({
      log: silent,
      pool,
      storage,
      checkDatabase: () => checkDatabase(pool),
      domain,
      trustedProxies: "loopback",
      authenticate: (options.authenticate ?? believe)(pool),
      signIn: { issuerUrl: "https://sign-in.example/", audience: "https://api.example", cliClientId: "cli" },
      limits: createLimits({ ...noLimits, ...options.limits }, undefined),
      ...(options.routes && { routes: options.routes }),
    });
    api = { app, storage };
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const opened = () => {
    if (api === undefined) throw new Error("the API opens before the first test, not at import");
    return api;
  };
  return {
    database,
    get storage() {
      return opened().storage;
    },
    /** A caller who says who they are and is believed. */
    as: (firm: Pick<Firm, "slug">, who: string) =>
      callerOf(opened().app, firm.slug, `${who.toLowerCase()}@firm.example`),
    /** A caller who does not say who they are. */
    anybody: (firm: Pick<Firm, "slug">) => callerOf(opened().app, firm.slug, undefined),
  };
}

function callerOf(app: ReturnType<typeof createServer>, slug: string, email: string | undefined) {
  const dressed = (test: request.Test) => {
    void test.set("host", `${slug}.${domain}`);
    return email === undefined ? test : test.set("authorization", `Believe ${email}`);
  };
  return {
    get: (path: string) => dressed(request(app).get(path)),
    /** A write with a key of its own, unless one is given. */
    post: (path: string, body?: object, key: string = newId()) => {
      const test = dressed(request(app).post(path)).set("idempotency-key", key);
      return body === undefined ? test : test.send(body);
    },
    /** Any request, dressed as this caller and nothing more. */
    raw: (method: "get" | "post" | "put" | "delete" | "patch", path: string) => dressed(request(app)[method](path)),
  };
}

/** Believes everybody, so that tests of routes need no tokens. */
const believe =
  (pool: TenantPool): RequestHandler =>
  async (incoming, response, next) => {
    const email = /^Believe (.+)$/.exec(incoming.headers.authorization ?? "")?.[1];
    if (email === undefined) throw new Problem("sign-in-needed");
    const tenant = tenantOf(response);
    const inScope = await enterTenantById(pool, tenant.id, { kind: "person", email });
    locals(response).caller = {
      inScope,
      tenant: { ...tenant, name: tenant.slug },
      partnerId: "partner",
      email,
      roles: [],
    };
    next();
  };
