import { z } from "zod";
import { portSetting, readConfig } from "@plumbline/platform/config";

/** The API's settings, and the only place where it reads the environment. */
export const readApiConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      /** Address of the runtime role, never the admin's. */
      DATABASE_APP_URL: z.url({ protocol: /^postgres(ql)?$/, error: "must be a postgres:// address" }),
      /** What tenant contexts are signed with: `<key id>:<64 hexadecimal digits>`. */
      CONTEXT_KEY: z
        .string()
        .regex(/^\d+:[0-9a-f]{64}$/, "must be <key id>:<64 hexadecimal digits>")
        .transform((text) => {
          const [id = "", secret = ""] = text.split(":");
          return { id: Number(id), secret: Buffer.from(secret, "hex") };
        }),
      HOST: z.string().default("127.0.0.1"),
      PORT: portSetting.default(8080),
      LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    },
    environment,
  );
