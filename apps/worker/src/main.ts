import { loadInvoicePage } from "@plumbline/documents/html/render-invoice-html";
import { openPdfRenderer } from "@plumbline/documents/pdf/open-pdf-renderer";
import { isAdvice } from "@plumbline/platform/advice";
import { openMailer } from "@plumbline/platform/mail";
import { closeOnSignal } from "@plumbline/platform/close-on-signal";
import { refuseStrongRoles } from "@plumbline/platform/jobs/refuse-strong-roles";
import { createLog } from "@plumbline/platform/log";
import { queueAddress } from "@plumbline/platform/queue";
import { openRelayPool } from "@plumbline/platform/relay-pool";
import { openStorage } from "@plumbline/platform/storage";
import { openTenantPool } from "@plumbline/platform/tenancy";
import { readWorkerConfig } from "./config.ts";
import { allJobs } from "./jobs.ts";
import { subscriptions } from "./subscriptions.ts";
import { startWorker } from "./worker.ts";

const connectionsMax = 16;
// Typesetting keeps a core busy; the other is the database's.
const pdfThreads = 1;

try {
  const config = readWorkerConfig(process.env);
  const log = createLog({ level: config.LOG_LEVEL, fields: { app: "worker" } });
  const pool = openTenantPool(config.DATABASE_APP_URL, config.CONTEXT_KEY, { connectionsMax });
  const relay = openRelayPool(config.DATABASE_RELAY_URL, { connectionsMax: 1 });
  await refuseStrongRoles(pool, relay);
  await relay.close();
  const queue = queueAddress(config.QUEUE_URL);
  const renderer = openPdfRenderer({ threads: pdfThreads });
  const storage = openStorage(config.DOCUMENTS_FOLDER);
  const mailer = config.MAIL_URL === undefined ? undefined : openMailer(config.MAIL_URL, { from: config.MAIL_FROM });
  const worker = startWorker({
    pool,
    relayUrl: config.DATABASE_RELAY_URL,
    queue,
    log,
    jobs: allJobs({ renderer, page: loadInvoicePage(), storage, mailer }),
    subscriptions,
  });
  log.info("working", { queue: queue.kind, mail: mailer === undefined ? "none" : "smtp" });

  closeOnSignal(log, async () => {
    await worker.stop();
    mailer?.close();
    await renderer.close();
    await pool.knex.destroy();
  });
} catch (error) {
  console.error(isAdvice(error) ? error.message : error);
  process.exitCode = 1;
}
