import { z } from "zod";
import {
  contextKeySetting,
  domainSetting,
  issuerSetting,
  portSetting,
  postgresSetting,
  readConfig,
} from "@plumbline/platform/config";

const perMinute = z.coerce.number({ error: "must be a number" }).int("must be whole").min(1, "must be 1 or more");

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
      /** Whose access tokens are taken: the Auth0 tenant, or the local issuer. */
      AUTH_ISSUER_URL: issuerSetting,
      /** What they must be made for: the identifier of the API at the issuer. */
      AUTH_AUDIENCE: z.string(),
      /** The public client of the command line at the issuer; the local one's when absent. */
      AUTH_CLI_CLIENT_ID: z.string().min(1).default("plumbline-cli"),
      /** What the names of the claims for e-mail begin with. */
      AUTH_CLAIMS_NAMESPACE: z.url("must be an address, as Auth0 wants it").default("https://plumbline.app/"),
      /** Where all processes count requests together; each counts for itself without it. */
      REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be a redis:// or rediss:// address" }).optional(),
      /** Requests a minute; whoever is counted by more than one is held by the tightest. */
      LIMIT_PER_ADDRESS: perMinute.default(6_000),
      LIMIT_PER_ACTOR: perMinute.default(1_200),
      LIMIT_PER_TENANT: perMinute.default(6_000),
      LIMIT_PER_PARTNER: perMinute.default(30_000),
      /** Whose `X-Forwarded-For` is believed, as Express writes it: the portal's server among them. */
      TRUSTED_PROXIES: z.string().default("loopback"),
      HOST: z.string().default("127.0.0.1"),
      PORT: portSetting.default(8081),
      LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    },
    environment,
  );
