import { isAdvice } from "@plumbline/platform/advice";
import { checkDatabase } from "@plumbline/platform/check-database";
import { openCheckedPool } from "@plumbline/platform/checked-pool";
import { listen } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { readApiConfig } from "./config.ts";
import { createServer } from "./server.ts";

const connectionsMax = 20;

try {
  const config = readApiConfig(process.env);
  const log = createLog({ level: config.LOG_LEVEL, fields: { app: "api" } });
  const pool = await openCheckedPool(config.DATABASE_APP_URL, config.CONTEXT_KEY, { connectionsMax });
  const app = createServer({ log, checkDatabase: () => checkDatabase(pool) });
  const server = await listen(app, { host: config.HOST, port: config.PORT });
  log.info("listening", { host: config.HOST, port: server.port });

  let closing = false;
  const close = async (signal: string) => {
    if (closing) return;
    closing = true;
    log.info("closing", { signal });
    await server.close();
    await pool.knex.destroy();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => void close(signal));
} catch (error) {
  console.error(isAdvice(error) ? error.message : error);
  process.exitCode = 1;
}
