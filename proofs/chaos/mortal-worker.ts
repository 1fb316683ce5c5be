import { loadInvoicePage } from "@plumbline/documents/html/render-invoice-html";
import { openPdfRenderer } from "@plumbline/documents/pdf/open-pdf-renderer";
import { openStorage } from "@plumbline/platform/storage";
import { openTenantPool } from "@plumbline/platform/tenancy";
import { allJobs } from "../../apps/worker/src/jobs.ts";
import { subscriptions } from "../../apps/worker/src/subscriptions.ts";
import { startWorker } from "../../apps/worker/src/worker.ts";
import { arm, installFailpoints } from "./failpoints.ts";
import type { Doom, WorkerSettings } from "./message.ts";

/** The worker with all its jobs, as it runs anywhere, only in more of a hurry: it may be ended in the middle of one. */
const settings = JSON.parse(process.argv[2] ?? "{}") as WorkerSettings;
const { id, secret } = settings.contextKey;
const hurry = { leaseMs: 1_500, patienceMs: 600, backoffBaseMs: 200, backoffCapMs: 5_000 };
const silent = () => undefined;

startWorker({
  pool: openTenantPool(settings.appUrl, { id, secret: Buffer.from(secret, "hex") }, { connectionsMax: 12 }),
  relayUrl: settings.relayUrl,
  queue: settings.queue,
  log: { debug: silent, info: silent, warn: silent, error: silent },
  jobs: allJobs({
    renderer: openPdfRenderer({ threads: 1 }),
    page: loadInvoicePage(),
    storage: openStorage(settings.documentsFolder),
  }),
  subscriptions,
  timing: hurry,
});
installFailpoints();

process.on("message", ({ failpoint }: Doom) => arm(failpoint));
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
