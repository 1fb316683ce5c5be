import { type Config, localApiUrl, toApiUrl } from "../config.ts";
import { Failure } from "../failure.ts";
import { readSessions, type Session } from "../session/session-file.ts";
import { sessionCredentials } from "../session/session-credentials.ts";
import { connect, type Connection } from "./connect.ts";

/** Opens the API as the key in the environment, or as whoever is signed in at the firm. */
export async function openConnection(config: Config, clean: <T>(told: T) => T): Promise<Connection> {
  const { apiKey, tenant } = config;
  if (apiKey !== undefined) {
    if (tenant === undefined) {
      throw new Failure("usage", "An API key belongs to one firm: say which with --tenant or PLUMB_TENANT.");
    }
    const apiUrl = config.apiUrl ?? toApiUrl(localApiUrl);
    const credentials = { authorization: async () => `Bearer ${apiKey}`, renew: async () => false };
    return connect({ apiUrl, tenant }, credentials, { clean });
  }
  const session = await findSession(config);
  if (session === undefined) throw signedOut(config);
  const address = { apiUrl: toApiUrl(session.apiUrl), tenant: session.tenant };
  return connect(address, sessionCredentials(config.folder, session), { clean });
}

/** The sign-in that fits what was asked for, the latest first. */
export async function findSession({ folder, apiUrl, tenant }: Config): Promise<Session | undefined> {
  const sessions = await readSessions(folder);
  return sessions.find(
    (session) =>
      (apiUrl === undefined || session.apiUrl === apiUrl.origin) && (tenant === undefined || session.tenant === tenant),
  );
}

function signedOut({ tenant }: Config): Failure {
  const where = tenant === undefined ? "" : ` at ${tenant}`;
  const how = `plumb login --tenant ${tenant ?? "FIRM"}`;
  return new Failure("signed-out", `You are not signed in${where}. Sign in with: ${how}`);
}
