import { z } from "zod";
import { readConfig } from "@plumbline/platform/config";

const postgresAddress = z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" });

/** The worker's settings, and the only place where it reads the environment. */
export const readWorkerConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      /** Addresses of the runtime roles, never the admin's. */
      DATABASE_APP_URL: postgresAddress,
      DATABASE_RELAY_URL: postgresAddress,
      /** A Redis, or the database that was made for the queue. */
      QUEUE_URL: z.url({ protocol: /^(rediss?|postgres(ql)?)$/, error: "must be a redis:// or postgres:// address" }),
      /** Where documents are kept. */
      DOCUMENTS_FOLDER: z.string().min(1),
      /** What tenant contexts are signed with: `<key id>:<64 hexadecimal digits>`. */
      CONTEXT_KEY: z
        .string()
        .regex(/^\d+:[0-9a-f]{64}$/, "must be <key id>:<64 hexadecimal digits>")
        .transform((text) => {
          const [id = "", secret = ""] = text.split(":");
          return { id: Number(id), secret: Buffer.from(secret, "hex") };
        }),
      LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    },
    environment,
  );
