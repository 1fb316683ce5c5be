import { z } from "zod";
import { contextKeySetting, domainSetting, portSetting, postgresSetting, readConfig } from "@plumbline/platform/config";

/** The API's settings, and the only place where it reads the environment. */
export const readApiConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      /** Address of the runtime role, never the admin's. */
      DATABASE_APP_URL: postgresSetting,
      CONTEXT_KEY: contextKeySetting,
      /** Where documents and uploads lie; the worker's is the same. */
      DOCUMENTS_FOLDER: z.string(),
      /** Firms live at `<slug>.<domain>`. */
      APP_DOMAIN: domainSetting.default("localhost"),
      /** Where all processes count requests together; each counts for itself without it. */
      REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be a redis:// or rediss:// address" }).optional(),
      HOST: z.string().default("127.0.0.1"),
      PORT: portSetting.default(8081),
      LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    },
    environment,
  );
