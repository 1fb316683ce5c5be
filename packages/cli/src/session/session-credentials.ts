import type { Credentials } from "../connection/connect.ts";
import { refreshSession } from "./sign-in.ts";
import { renewSession, type Session } from "./session-file.ts";

/** A token is renewed this long before its end, so that it does not end on its way. */
const earlyMs = 30_000;

/** The credentials of a sign-in. A token that ends is replaced, in the file too. */
export function sessionCredentials(folder: string, session: Session): Credentials {
  let current = session;
  const renew = async (): Promise<boolean> => {
    const renewed = await refreshSession(current);
    if (renewed === undefined) return false;
    current = renewed;
    await renewSession(folder, renewed);
    return true;
  };
  return {
    authorization: async () => {
      if (current.expiresAt - earlyMs < Date.now()) await renew();
      return `Bearer ${current.accessToken}`;
    },
    renew,
  };
}
