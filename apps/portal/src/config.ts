import { z } from "zod";
import { portSetting, readConfig } from "@plumbline/platform/config";

const webAddress = z.url({ protocol: /^https?$/, error: "must be an http:// or https:// address" });

/** The portal's settings, and the only place where its server reads the environment. */
export const readPortalConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      /** Where people reach the portal: a firm's slug goes before the host, as in `https://meridian.app.example.com`. */
      APP_URL: webAddress.default("http://localhost:8080"),
      /** Where the API listens, inside the house. */
      API_URL: z.url({ protocol: /^http$/, error: "must be an http:// address" }).default("http://127.0.0.1:8081"),
      /** Who signs people in, and what we are there. */
      AUTH_ISSUER_URL: webAddress,
      AUTH_AUDIENCE: z.string().min(1),
      AUTH_CLIENT_ID: z.string().min(1),
      AUTH_CLIENT_SECRET: z.string().min(1),
      /** Encrypts session cookies; two, comma-separated, while it is being replaced, the new one first. */
      SESSION_SECRET: z
        .string()
        .transform((text) => text.split(","))
        .refine((secrets) => secrets.every((secret) => secret.length >= 32), "must have 32 characters or more"),
      /** Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, as Express writes it. */
      TRUSTED_PROXIES: z.string().default("loopback"),
      HOST: z.string().default("127.0.0.1"),
      PORT: portSetting.default(8080),
      LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    },
    environment,
  );
