import { join } from "node:path";
import { readOrCreateSecret } from "@plumbline/platform/state-folder";
import type { TenantPool } from "@plumbline/platform/tenancy";
import { step } from "../command.ts";
import { buildPortal } from "./build-portal.ts";
import type { StartConfig } from "./config.ts";
import type { Ports } from "./ports.ts";
import { type RunApp, untilServing } from "./run-app.ts";
import { startSignIn } from "./start-sign-in.ts";

/** Starts what people and programs talk to: sign-in, API and portal, each as it is needed by the next. */
export async function servePeople(input: {
  readonly config: StartConfig;
  readonly ports: Ports;
  readonly pool: TenantPool;
  readonly statePath: string;
  /** Settings that API and worker share. */
  readonly shared: Readonly<Record<string, string>>;
  readonly queueUrl: string;
  readonly run: RunApp;
  readonly undo: (() => Promise<void>)[];
}): Promise<void> {
  const { config, ports, run } = input;
  const host = config.HOST;
  await step("The portal is built", buildPortal);
  const { issuerUrl, clientId, clientSecret, cliClientId } = await startSignIn({ ...input, port: ports.issuer });
  const tokens = { AUTH_ISSUER_URL: issuerUrl, AUTH_AUDIENCE: config.AUTH_AUDIENCE };
  const api = run("api", {
    ...input.shared,
    ...tokens,
    AUTH_CLAIMS_NAMESPACE: config.AUTH_CLAIMS_NAMESPACE,
    ...(cliClientId !== undefined && { AUTH_CLI_CLIENT_ID: cliClientId }),
    APP_DOMAIN: config.APP_DOMAIN,
    HOST: host,
    PORT: ports.api,
    ...(input.queueUrl.startsWith("redis") && { REDIS_URL: input.queueUrl }),
  });
  await untilServing(api, { host, port: ports.api });
  const portal = run("portal", {
    ...tokens,
    AUTH_CLIENT_ID: clientId,
    AUTH_CLIENT_SECRET: clientSecret,
    SESSION_SECRET: await readOrCreateSecret(join(input.statePath, "session-secret")),
    APP_URL: `http://${config.APP_DOMAIN}:${ports.portal}`,
    API_URL: `http://${host}:${ports.api}`,
    HOST: host,
    PORT: ports.portal,
  });
  await untilServing(portal, { host, port: ports.portal });
}
