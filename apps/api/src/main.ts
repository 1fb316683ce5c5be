import { Redis } from "ioredis";
import { isAdvice } from "@plumbline/platform/advice";
import { checkDatabase } from "@plumbline/platform/check-database";
import { openCheckedPool } from "@plumbline/platform/checked-pool";
import { closeOnSignal } from "@plumbline/platform/close-on-signal";
import { listen } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { openStorage } from "@plumbline/platform/storage";
import { readApiConfig } from "./config.ts";
import { authenticate } from "./edge/authenticate.ts";
import { createLimits } from "./edge/limits.ts";
import { createServer } from "./server.ts";

const connectionsMax = 20;

try {
  const config = readApiConfig(process.env);
  const log = createLog({ level: config.LOG_LEVEL, fields: { app: "api" } });
  const pool = await openCheckedPool(config.DATABASE_APP_URL, config.CONTEXT_KEY, { connectionsMax });
  const redis = config.REDIS_URL === undefined ? undefined : openRedis(config.REDIS_URL, log.warn);
  const app = createServer({
    log,
    pool,
    storage: openStorage(config.DOCUMENTS_FOLDER),
    checkDatabase: () => checkDatabase(pool),
    domain: config.APP_DOMAIN,
    trustedProxies: config.TRUSTED_PROXIES,
    authenticate: authenticate({
      pool,
      log,
      tokens: {
        issuerUrl: config.AUTH_ISSUER_URL,
        audience: config.AUTH_AUDIENCE,
        claimsNamespace: config.AUTH_CLAIMS_NAMESPACE,
      },
    }),
    signIn: {
      issuerUrl: config.AUTH_ISSUER_URL,
      audience: config.AUTH_AUDIENCE,
      cliClientId: config.AUTH_CLI_CLIENT_ID,
    },
    limits: createLimits(
      {
        address: config.LIMIT_PER_ADDRESS,
        actor: config.LIMIT_PER_ACTOR,
        tenant: config.LIMIT_PER_TENANT,
        partner: config.LIMIT_PER_PARTNER,
      },
      redis,
    ),
  });
  const server = await listen(app, { host: config.HOST, port: config.PORT });
  log.info("listening", { host: config.HOST, port: server.port });

  closeOnSignal(log, async () => {
    await server.close();
    await pool.knex.destroy();
    redis?.disconnect();
  });
} catch (error) {
  console.error(isAdvice(error) ? error.message : error);
  process.exitCode = 1;
}

/** Fails fast, so that a request is counted locally while Redis is away rather than waiting for it. */
function openRedis(url: string, warn: (message: string, fields: { error: string }) => void): Redis {
  const redis = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 1 });
  redis.on("error", (error: Error) => warn("redis", { error: error.message }));
  return redis;
}
