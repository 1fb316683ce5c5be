import { z } from "zod";
import { contextKeySetting, portSetting, postgresSetting, readConfig } from "@plumbline/platform/config";

/** The API's settings, and the only place where it reads the environment. */
export const readApiConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      /** Address of the runtime role, never the admin's. */
      DATABASE_APP_URL: postgresSetting,
      CONTEXT_KEY: contextKeySetting,
      HOST: z.string().default("127.0.0.1"),
      PORT: portSetting.default(8080),
      LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    },
    environment,
  );
