import { z } from "zod";
import {
  contextKeySetting,
  mailSenderSetting,
  mailServerSetting,
  postgresSetting,
  readConfig,
} from "@plumbline/platform/config";

/** The worker's settings, and the only place where it reads the environment. */
export const readWorkerConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      /** Addresses of the runtime roles, never the admin's. */
      DATABASE_APP_URL: postgresSetting,
      DATABASE_RELAY_URL: postgresSetting,
      /** A Redis, or the database that was made for the queue. */
      QUEUE_URL: z.url({ protocol: /^(rediss?|postgres(ql)?)$/, error: "must be a redis:// or postgres:// address" }),
      /** Where documents are kept. */
      DOCUMENTS_FOLDER: z.string().min(1),
      CONTEXT_KEY: contextKeySetting,
      MAIL_URL: mailServerSetting.optional(),
      MAIL_FROM: mailSenderSetting,
      LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    },
    environment,
  );
