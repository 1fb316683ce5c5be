import { join } from "node:path";
import { findSignInFirm } from "@plumbline/operations/tenants/find-sign-in-firm";
import { openCheckedPool } from "@plumbline/platform/checked-pool";
import { givenPostgres } from "@plumbline/platform/embedded/given-postgres";
import { startLocalIssuer } from "@plumbline/platform/embedded/local-issuer";
import { startPostgres } from "@plumbline/platform/embedded/postgres";
import { startQueueBackend } from "@plumbline/platform/embedded/queue-backend";
import { prepareQueueDatabase } from "@plumbline/platform/jobs/prepare-queue-database";
import { listen } from "@plumbline/platform/listen";
import { prepareDatabase } from "@plumbline/platform/migrate";
import { openStateFolder, readOrCreateSecret, stateFolderPath } from "@plumbline/platform/state-folder";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { step } from "../command.ts";
import { demoFirms } from "../demo/firm-data.ts";
import type { readStartConfig } from "./config.ts";
import { readDatabaseSecrets } from "./keys.ts";
import { runMonthEnd } from "./month-end.ts";
import { startApp, untilServing } from "./serve.ts";

const connectionsMax = 10;
const say = (line: string) => console.log(line);

export type BringUp = {
  readonly config: ReturnType<typeof readStartConfig>;
  /** False when nothing shall be served: only the month end is wanted. */
  readonly serving: boolean;
  /** Filled as things come up; to be called from the last to the first. */
  readonly undo: (() => Promise<void>)[];
};

/**
 * Brings up everything there is, in the order in which one needs the other.
 *
 * @returns what resolves with a sentence when one of the servers ends by itself
 */
export async function bringUp({ config, serving, undo }: BringUp): Promise<{ readonly died: Promise<string> }> {
  const at = { host: config.HOST, port: config.PORT };
  // A taken port is better known before the long steps than after them.
  if (serving) await (await listen(() => {}, at)).close();

  const state = await openStateFolder(stateFolderPath(config));
  undo.push(state.release);
  say(`State folder: ${state.path}`);

  const postgres = await step("PostgreSQL is up", () =>
    config.DATABASE_URL
      ? givenPostgres(config.DATABASE_URL)
      : startPostgres({ directory: join(state.path, "postgres"), say }),
  );
  undo.push(postgres.stop);

  const secrets = await readDatabaseSecrets(state.path);
  const { appUrl, relayUrl } = await step("The schema is up to date", () =>
    prepareDatabase({ adminUrl: postgres.adminUrl, secrets }),
  );
  const key = { id: secrets.contextKey.id, secret: Buffer.from(secrets.contextKey.secret, "hex") };
  const pool = await openCheckedPool(appUrl, key, { connectionsMax });
  undo.push(() => pool.knex.destroy());

  const queue = await startQueueBackend({
    directory: join(state.path, "queue"),
    redisUrl: config.REDIS_URL,
    databaseUrl: async () => {
      const password = await readOrCreateSecret(join(state.path, "queue-password"));
      return prepareQueueDatabase({ adminUrl: postgres.adminUrl, password });
    },
  });
  undo.push(queue.stop);
  say(queue.line);

  const died = [postgres.died, queue.died];
  const run = (app: "api" | "worker", extra: Readonly<Record<string, string | number>>) => {
    const contextKey = `${secrets.contextKey.id}:${secrets.contextKey.secret}`;
    const child = startApp(app, { DATABASE_APP_URL: appUrl, CONTEXT_KEY: contextKey, LOG_LEVEL: "warn", ...extra });
    undo.push(child.stop);
    died.push(child.ended.then((how) => `The ${app} stopped unexpectedly (${how}); what it said is above.`));
    return child;
  };
  const documentsFolder = join(state.path, "documents");
  run("worker", { DATABASE_RELAY_URL: relayUrl, QUEUE_URL: queue.url, DOCUMENTS_FOLDER: documentsFolder });
  if (serving) {
    const issuerUrl = config.AUTH_ISSUER_URL ?? (await startIssuer({ config, pool, directory: state.path, undo }));
    const api = run("api", {
      HOST: at.host,
      PORT: at.port,
      DOCUMENTS_FOLDER: documentsFolder,
      APP_DOMAIN: config.APP_DOMAIN,
      AUTH_ISSUER_URL: issuerUrl,
      AUTH_AUDIENCE: config.AUTH_AUDIENCE,
      AUTH_CLAIMS_NAMESPACE: config.AUTH_CLAIMS_NAMESPACE,
    });
    await untilServing(api, at);
    say(`Health: http://${at.host}:${at.port}/healthz`);
  }

  await runMonthEnd({ pool, documentsFolder, say });
  return { died: Promise.race(died) };
}

/** Behind the API and the portal, which takes the port between them. */
const issuerPortOffset = 2;

/** Stands in for Auth0 with the people of the demo firms. */
async function startIssuer({
  config,
  pool,
  directory,
  undo,
}: Pick<BringUp, "config" | "undo"> & { readonly pool: TenantPool; readonly directory: string }): Promise<string> {
  const issuer = await startLocalIssuer({
    port: config.PORT + issuerPortOffset,
    directory: join(directory, "issuer"),
    audience: config.AUTH_AUDIENCE,
    claimsNamespace: config.AUTH_CLAIMS_NAMESPACE,
    domain: config.APP_DOMAIN,
    firms: async () => {
      const firms = await Promise.all(demoFirms.map((slug) => findSignInFirm(pool, slug)));
      return firms.filter((firm) => firm !== undefined);
    },
  });
  undo.push(issuer.close);
  say(`Local sign-in: ${issuer.url}`);
  return issuer.url;
}
