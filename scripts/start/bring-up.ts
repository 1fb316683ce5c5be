import { join } from "node:path";
import { openCheckedPool } from "@plumbline/platform/checked-pool";
import { givenPostgres } from "@plumbline/platform/embedded/given-postgres";
import { startPostgres } from "@plumbline/platform/embedded/postgres";
import { startQueueBackend } from "@plumbline/platform/embedded/queue-backend";
import { prepareQueueDatabase } from "@plumbline/platform/jobs/prepare-queue-database";
import { prepareDatabase } from "@plumbline/platform/migrate";
import { openStateFolder, readOrCreateSecret, stateFolderPath } from "@plumbline/platform/state-folder";
import { step } from "../command.ts";
import type { StartConfig } from "./config.ts";
import { readDatabaseSecrets } from "./keys.ts";
import { runMonthEnd } from "./month-end.ts";
import { freePorts } from "./ports.ts";
import { type RunApp, startApp } from "./run-app.ts";
import { servePeople } from "./serve-people.ts";
import { signInTable } from "./sign-in-table.ts";
import { demoSignInFirms } from "./start-sign-in.ts";

const connectionsMax = 10;
const say = (line: string) => console.log(line);

export type BringUp = {
  readonly config: StartConfig;
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
  // A taken port is better known before the long steps than after them.
  const ports = serving ? await freePorts(config) : undefined;

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
  const run: RunApp = (app, settings) => {
    const child = startApp(app, { LOG_LEVEL: "warn", ...settings });
    undo.push(child.stop);
    died.push(child.ended.then((how) => `The ${app} stopped unexpectedly (${how}); what it said is above.`));
    return child;
  };
  const documentsFolder = join(state.path, "documents");
  const shared = {
    DATABASE_APP_URL: appUrl,
    CONTEXT_KEY: `${secrets.contextKey.id}:${secrets.contextKey.secret}`,
    DOCUMENTS_FOLDER: documentsFolder,
  };
  const mail = { MAIL_FROM: config.MAIL_FROM, ...(config.MAIL_URL !== undefined && { MAIL_URL: config.MAIL_URL }) };
  run("worker", { ...shared, ...mail, DATABASE_RELAY_URL: relayUrl, QUEUE_URL: queue.url });
  if (ports !== undefined) {
    await servePeople({
      config,
      ports,
      pool,
      statePath: state.path,
      shared,
      queueUrl: queue.url,
      run,
      undo,
    });
  }
  await runMonthEnd({ pool, documentsFolder, say });
  if (ports !== undefined) for (const line of signInTable(await demoSignInFirms(pool), { config, ports })) say(line);
  return { died: Promise.race(died) };
}
