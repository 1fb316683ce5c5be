import { z } from "zod";
import {
  domainSetting,
  issuerSetting,
  mailSenderSetting,
  mailServerSetting,
  portSetting,
  postgresSetting,
  readConfig,
} from "@plumbline/platform/config";

export type StartConfig = ReturnType<typeof readStartConfig>;

/** Every setting has a default: `npm start` alone must work on a fresh machine. */
export const readStartConfig = (environment: NodeJS.ProcessEnv) =>
  readConfig(
    {
      PLUMBLINE_HOME: z.string().optional(),
      XDG_STATE_HOME: z.string().optional(),
      /** Admin address of a PostgreSQL server, used for migration alone. */
      DATABASE_URL: postgresSetting.optional(),
      REDIS_URL: z.url({ protocol: /^rediss?$/, error: "must be a redis:// or rediss:// address" }).optional(),
      /** Where messages to people of the firms go, and whom they come from. */
      MAIL_URL: mailServerSetting.optional(),
      MAIL_FROM: mailSenderSetting,
      /** An Auth0 tenant to sign in at; without one the local issuer stands in. */
      AUTH_ISSUER_URL: issuerSetting.optional(),
      /** The portal's application there. */
      AUTH_CLIENT_ID: z.string().optional(),
      AUTH_CLIENT_SECRET: z.string().optional(),
      /** The command line's application there. */
      AUTH_CLI_CLIENT_ID: z.string().optional(),
      AUTH_AUDIENCE: z.string().default("https://api.plumbline.app"),
      AUTH_CLAIMS_NAMESPACE: z.url().default("https://plumbline.app/"),
      /** Firms live at `<slug>.<domain>`. */
      APP_DOMAIN: domainSetting.default("localhost"),
      HOST: z.string().default("127.0.0.1"),
      /** The portal's; the API takes the next one and the sign-in the one after. */
      PORT: portSetting.max(65_533, "must leave two more ports above it").default(8080),
    },
    environment,
  );
