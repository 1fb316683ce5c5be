import { join } from "node:path";
import { isAdvice } from "@plumbline/platform/advice";
import { closeOnSignal } from "@plumbline/platform/close-on-signal";
import { listen } from "@plumbline/platform/listen";
import { createLog } from "@plumbline/platform/log";
import { readPortalConfig } from "./config.ts";
import { loadAssets } from "./edge/assets.ts";
import { createPortal } from "./server.ts";

const built = join(import.meta.dirname, "..", "dist");

try {
  const config = readPortalConfig(process.env);
  const log = createLog({ level: config.LOG_LEVEL, fields: { app: "portal" } });
  const app = createPortal({
    log,
    assets: loadAssets(built),
    appUrl: config.APP_URL,
    apiUrl: config.API_URL,
    signIn: {
      issuerUrl: config.AUTH_ISSUER_URL,
      audience: config.AUTH_AUDIENCE,
      clientId: config.AUTH_CLIENT_ID,
      clientSecret: config.AUTH_CLIENT_SECRET,
      sessionSecrets: config.SESSION_SECRET,
    },
    trustedProxies: config.TRUSTED_PROXIES,
  });
  const server = await listen(app, { host: config.HOST, port: config.PORT });
  log.info("listening", { host: config.HOST, port: server.port });

  closeOnSignal(log, async () => {
    await server.close();
  });
} catch (error) {
  console.error(isAdvice(error) ? error.message : error);
  process.exitCode = 1;
}
