import { join } from "node:path";
import { openCheckedPool } from "@plumbline/platform/checked-pool";
import { givenPostgres } from "@plumbline/platform/embedded/given-postgres";
import { startPostgres } from "@plumbline/platform/embedded/postgres";
import { startQueueBackend } from "@plumbline/platform/embedded/queue-backend";
import { listen } from "@plumbline/platform/listen";
import { prepareDatabase } from "@plumbline/platform/migrate";
import { openStateFolder, stateFolderPath } from "@plumbline/platform/state-folder";
import { step } from "../command.ts";
import type { readStartConfig } from "./config.ts";
import { readDatabaseSecrets } from "./keys.ts";
import { runMonthEnd } from "./month-end.ts";
import { serve } from "./serve.ts";

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
    databaseUrl: appUrl,
  });
  undo.push(queue.stop);
  say(queue.line);

  const died = [postgres.died, queue.died];
  if (serving) {
    const contextKey = `${secrets.contextKey.id}:${secrets.contextKey.secret}`;
    const settings = { HOST: at.host, PORT: at.port, DATABASE_APP_URL: appUrl, CONTEXT_KEY: contextKey };
    const api = await serve("api", { ...settings, LOG_LEVEL: "warn" });
    undo.push(api.stop);
    died.push(api.ended.then((how) => `The API stopped unexpectedly (${how}); what it said is above.`));
    say(`Health: http://${at.host}:${at.port}/healthz`);
  }

  await runMonthEnd({ pool, relayUrl, queue, documentsFolder: join(state.path, "documents"), say });
  return { died: Promise.race(died) };
}
