import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { Problem } from "@plumbline/domain/problem";
import { admitPerson } from "@plumbline/operations/tenants/admit-person";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import { checkDatabase } from "@plumbline/platform/check-database";
import { listen } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { openStorage, type Storage } from "@plumbline/platform/storage";
import type { TestDatabase } from "@plumbline/testing/database";
import { locals, tenantOf } from "../../apps/api/src/caller.ts";
import { createLimits } from "../../apps/api/src/edge/limits.ts";
import type { Route } from "../../apps/api/src/route.ts";
import { createServer } from "../../apps/api/src/server.ts";
import { type Sender, senderOf } from "./send.ts";

const domain = "plumb.test";
const unlimited = 1e9;

export type ServedApi = {
  readonly storage: Storage;
  readonly as: (firm: { readonly slug: string }, email: string) => Sender;
  /** What was logged as a bug. */
  readonly bugs: readonly string[];
  readonly close: () => Promise<void>;
};

/** The API as it is, with the routes given, at a port of its own; callers are believed who they are, and admitted as ever. */
export async function serveApi({ pool }: Pick<TestDatabase, "pool">, routes: readonly Route[]): Promise<ServedApi> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-attack-"));
  const storage = openStorage(folder);
  const bugs: string[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      bugs.push(chunk.toString());
      done();
    },
  });
  const organizations = new Map<string, Promise<string>>();
  const organizationOf = (slug: string): Promise<string> => {
    const known = organizations.get(slug) ?? findSignInFirm(pool, slug).then((firm) => firm?.organization ?? "");
    organizations.set(slug, known);
    return known;
  };
  const app = createServer({
    log: createLog({ destination, level: "error" }),
    pool,
    storage,
    checkDatabase: () => checkDatabase(pool),
    domain,
    trustedProxies: "loopback",
    signIn: { issuerUrl: "https://sign-in.example/", audience: "https://api.example", cliClientId: "cli" },
    authenticate: async (request, response, next) => {
      const email = /^Believe (.+)$/.exec(request.headers.authorization ?? "")?.[1];
      if (email === undefined) throw new Problem("sign-in-needed");
      const tenant = tenantOf(response);
      const person = await admitPerson(pool, {
        tenantId: tenant.id,
        organization: await organizationOf(tenant.slug),
        email,
      });
      locals(response).caller = { ...person, tenant: { ...tenant, ...person.tenant } };
      next();
    },
    limits: createLimits({ address: unlimited, actor: unlimited, tenant: unlimited, partner: unlimited }, undefined),
    routes,
  });
  const server = await listen(app, { host: "127.0.0.1", port: 0 });
  return {
    storage,
    bugs,
    as: ({ slug }, email) => senderOf(server, { host: `${slug}.${domain}`, authorization: `Believe ${email}` }),
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
