import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Writable } from "node:stream";
import { loadInvoicePage } from "@plumbline/documents/html/render-invoice-html";
import { openPdfRenderer } from "@plumbline/documents/pdf/open-pdf-renderer";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import { checkDatabase } from "@plumbline/platform/check-database";
import { freePort } from "@plumbline/platform/embedded/free-port";
import { startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import { listen } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { openStorage } from "@plumbline/platform/storage";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import { startTestQueue } from "@plumbline/testing/test-queue";
import { startTestServer } from "@plumbline/testing/test-server";
import { authenticate } from "../../apps/api/src/edge/authenticate.ts";
import { createLimits } from "../../apps/api/src/edge/limits.ts";
import { createServer } from "../../apps/api/src/server.ts";
import { loadAssets } from "../../apps/portal/src/edge/assets.ts";
import { createPortal } from "../../apps/portal/src/server.ts";
import { allJobs } from "../../apps/worker/src/jobs.ts";
import { subscriptions } from "../../apps/worker/src/subscriptions.ts";
import { startWorker } from "../../apps/worker/src/worker.ts";
import { firmMonth, type MonthFirm } from "./firm-month.ts";

const built = resolve(import.meta.dirname, "../../apps/portal/dist");
const domain = "localhost";
const auth = { audience: "https://api.plumbline.app", claimsNamespace: "https://plumbline.app/" };
const noLimits = { address: 1e6, actor: 1e6, tenant: 1e6, partner: 1e6 };

export type House = {
  readonly database: TestDatabase;
  readonly firms: ReadonlyMap<string, MonthFirm>;
  readonly originOf: (slug: string) => string;
  readonly close: () => Promise<void>;
};

type HouseOptions = {
  readonly firms: readonly string[];
  readonly say: (line: string) => void;
  /** 0 takes a free one. */
  readonly port?: number;
};

/** Everything that serves, for real: PostgreSQL, queue, worker, issuer, API and portal, and firms with a month's work. */
export async function openHouse({ firms: slugs, say, port = 0 }: HouseOptions): Promise<House> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.toReversed()) await step();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), "plumbline-house-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const { server, stop } = await startTestServer();
    undo.push(stop);
    const database = await openTestDatabase(server);
    undo.push(database.close);
    const { pool } = database;
    const log = createLog({ level: "warn", destination: lines(say) });
    const storage = openStorage(join(folder, "documents"));

    const firms = new Map<string, MonthFirm>();
    for (const slug of slugs) {
      say(`${slug}: a month of work`);
      firms.set(slug, await firmMonth(database, slug));
    }

    const queue = await startTestQueue("postgres", server.adminUrl);
    undo.push(queue.stop);
    const renderer = openPdfRenderer({ threads: 1 });
    undo.push(renderer.close);
    const jobs = allJobs({ renderer, page: loadInvoicePage(), storage });
    const worker = startWorker({ pool, relayUrl: database.relayUrl, queue, log, jobs, subscriptions });
    undo.push(worker.stop);

    const issuer = await startLocalIssuer({
      port: 0,
      directory: join(folder, "issuer"),
      domain,
      ...auth,
      firms: async () => {
        const found = await Promise.all(slugs.map((slug) => findSignInFirm(pool, slug)));
        return found.filter((firm) => firm !== undefined);
      },
    });
    undo.push(issuer.close);

    const api = await listen(
      createServer({
        log,
        pool,
        storage,
        checkDatabase: () => checkDatabase(pool),
        domain,
        trustedProxies: "loopback",
        authenticate: authenticate({ pool, log, tokens: { issuerUrl: issuer.url, ...auth } }),
        signIn: { issuerUrl: issuer.url, audience: auth.audience, cliClientId: issuer.cli.clientId },
        limits: createLimits(noLimits, undefined),
      }),
      { host: "127.0.0.1", port: 0 },
    );
    undo.push(api.close);

    // The portal's own address stands in what it sends, so it is chosen before.
    const portalPort = port === 0 ? await freePort() : port;
    const portal = await listen(
      createPortal({
        log,
        assets: loadAssets(built),
        appUrl: `http://${domain}:${portalPort}`,
        apiUrl: `http://127.0.0.1:${api.port}`,
        signIn: {
          issuerUrl: issuer.url,
          audience: auth.audience,
          ...issuer.portal,
          sessionSecrets: [folder.padEnd(32)],
        },
        trustedProxies: "loopback",
      }),
      { host: "127.0.0.1", port: portalPort },
    );
    undo.push(portal.close);
    return { database, firms, originOf: (slug) => `http://${slug}.${domain}:${portal.port}`, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const lines = (say: (line: string) => void): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      say(chunk.toString("utf8").trimEnd());
      done();
    },
  });
