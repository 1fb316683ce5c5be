import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import { loadInvoicePage } from "@plumbline/documents/html/render-invoice-html";
import { openPdfRenderer } from "@plumbline/documents/pdf/open-pdf-renderer";
import { checkDatabase } from "@plumbline/platform/check-database";
import { startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import { listen } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { openStorage } from "@plumbline/platform/storage";
import { startTestQueue } from "@plumbline/testing/test-queue";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { authenticate } from "../../../apps/api/src/edge/authenticate.ts";
import { createLimits } from "../../../apps/api/src/edge/limits.ts";
import { createServer } from "../../../apps/api/src/server.ts";
import { allJobs } from "../../../apps/worker/src/jobs.ts";
import { subscriptions } from "../../../apps/worker/src/subscriptions.ts";
import { startWorker } from "../../../apps/worker/src/worker.ts";
import { main } from "./main.ts";
import type { World } from "./world.ts";

const audience = "https://api.example";
const claimsNamespace = "https://plumbline.app/";
const domain = "localhost";
const silent = createLog({ destination: new Writable({ write: (_chunk, _encoding, done) => done() }) });
const noLimits = createLimits({ address: 1e6, actor: 1e6, tenant: 1e6, partner: 1e6 }, undefined);

type Undo = () => Promise<unknown>;

/** The whole product with a port, a worker and an issuer, and people of its firms at their terminals. */
export function useProduct() {
  const database = useTestDatabase();
  const undo: Undo[] = [];
  const slugs: string[] = [];
  let apiUrl = "";
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "plumbline-cli-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const { pool } = database.current;
    const issuer = await startLocalIssuer({
      port: 0,
      directory: join(folder, "issuer"),
      audience,
      claimsNamespace,
      domain,
      firms: async () => {
        const firms = await Promise.all(slugs.map((slug) => findSignInFirm(pool, slug)));
        return firms.filter((firm) => firm !== undefined);
      },
    });
    undo.push(issuer.close);
    const storage = openStorage(join(folder, "documents"));
    const app = createServer({
      log: silent,
      pool,
      storage,
      checkDatabase: () => checkDatabase(pool),
      domain,
      trustedProxies: "loopback",
      authenticate: authenticate({ pool, log: silent, tokens: { issuerUrl: issuer.url, audience, claimsNamespace } }),
      signIn: { issuerUrl: issuer.url, audience, cliClientId: issuer.cli.clientId },
      limits: noLimits,
    });
    const server = await listen(app, { host: "127.0.0.1", port: 0 });
    undo.push(server.close);
    apiUrl = `http://localhost:${server.port}`;
    await startWorking(storage);
  });
  const startWorking = async (storage: ReturnType<typeof openStorage>) => {
    const { pool, relayUrl, adminUrl } = database.current;
    const queue = await startTestQueue("postgres", adminUrl);
    const renderer = openPdfRenderer({ threads: 1 });
    const jobs = allJobs({ renderer, page: loadInvoicePage(), storage });
    const worker = startWorker({ pool, relayUrl, queue, log: silent, jobs, subscriptions });
    undo.push(queue.stop, () => renderer.close(), worker.stop);
  };
  afterAll(async () => {
    for (const step of undo.toReversed()) await step();
  });
  return {
    database,
    get apiUrl() {
      return apiUrl;
    },
    get folder() {
      return folder;
    },
    /** A terminal of somebody who has signed in at a firm; people of test firms go by their duty. */
    terminalOf: async (firm: { readonly slug: string }, who: string): Promise<Terminal> => {
      if (!slugs.includes(firm.slug)) slugs.push(firm.slug);
      const environment = {
        PLUMB_API_URL: apiUrl,
        PLUMB_TENANT: firm.slug,
        XDG_CONFIG_HOME: await mkdtemp(join(folder, "home-")),
      };
      const terminal = terminalWith(environment);
      const { code, err } = await terminal.plumb("login", "--as", who.includes("@") ? who : `${who}@firm.example`);
      if (code !== 0) throw new Error(`${who} could not sign in: ${err}`);
      return terminal;
    },
    terminalWith,
  };
}

export type Told = { readonly code: number; readonly out: string; readonly err: string };
export type Terminal = {
  readonly environment: Readonly<Record<string, string>>;
  readonly plumb: (...line: readonly string[]) => Promise<Told>;
  /** The document of `--json`; each test says what it expects to read. */
  readonly json: (...line: readonly string[]) => Promise<{ readonly code: number; readonly document: unknown }>;
};

/** A pipe on both ends, nobody at the keyboard unless answers are given, and no browser unless one is. */
function terminalWith(
  environment: Readonly<Record<string, string>>,
  answers: readonly string[] = [],
  browse?: World["browse"],
): Terminal {
  const left = [...answers];
  const plumb = async (...line: readonly string[]): Promise<Told> => {
    let [out, err] = ["", ""];
    const code = await main(line, {
      environment,
      out: { write: (text) => void (out += text), isTerminal: false, columns: undefined },
      err: { write: (text) => void (err += text), isTerminal: false, columns: undefined },
      question: answers.length === 0 ? undefined : async () => left.shift() ?? "",
      browse,
      onStop: () => new AbortController().signal,
    });
    return { code, out, err };
  };
  return {
    environment,
    plumb,
    json: async (...line: readonly string[]) => {
      const { code, out } = await plumb(...line, "--json");
      return { code, document: JSON.parse(out) as unknown };
    },
  };
}
