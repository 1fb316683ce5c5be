import { findSession } from "../connection/open-connection.ts";
import { forgetSession } from "../session/session-file.ts";
import { revokeSession } from "../session/sign-in.ts";
import { verb } from "../verb.ts";

export const logout = verb({
  name: "logout",
  summary: "End a sign-in, here and at the issuer",
  run: async ({ config, note }) => {
    const session = await findSession(config);
    if (session === undefined) return { document: { tenant: undefined }, lines: () => ["You were not signed in."] };
    await forgetSession(config.folder, session);
    await revokeSession(session).catch((error: unknown) => {
      note(
        `It is forgotten here, but the issuer was not told: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    return { document: { tenant: session.tenant }, lines: () => [`You are signed out of ${session.tenant}.`] };
  },
});
