import { Writable } from "node:stream";
import type { Request } from "express";
import { expect, it, vi } from "vitest";
import { createLog } from "@plumbline/platform/log";
import { freshToken } from "./fresh-token.ts";
import { sessionName } from "./sign-in.ts";

const silent = createLog({ destination: new Writable({ write: (_chunk, _encoding, done) => done() }) });

/** A request as the session's library leaves it, with a token that ends in so many seconds. */
function signedIn(
  refreshToken: string,
  endsInSeconds: number,
  renew: () => Promise<string> = () => Promise.resolve("new"),
) {
  const session: Record<string, unknown> = { access_token: "old", refresh_token: refreshToken };
  const refresh = async () => {
    const accessToken = await renew();
    Object.assign(session, { access_token: accessToken, refresh_token: `${refreshToken}, rotated` });
  };
  const oidc = { accessToken: { access_token: "old", expires_in: endsInSeconds, refresh }, refreshToken };
  return { session, request: { oidc, [sessionName(false)]: session } as unknown as Request };
}

it("leaves a token alone that is good for a while", async () => {
  const renew = vi.fn<() => Promise<string>>(() => Promise.resolve("new"));
  expect(await freshToken(signedIn("a", 600, renew).request, silent)).toBe("old");
  expect(renew).not.toHaveBeenCalled();
});

it("renews one that is about to end, so that it does not end on its way", async () => {
  const { request, session } = signedIn("b", 5);
  expect(await freshToken(request, silent)).toBe("new");
  expect(session["refresh_token"]).toBe("b, rotated");
});

it("uses a refresh token once, however many requests come with it, and gives the new session to all of them", async () => {
  const renew = vi.fn<() => Promise<string>>(() => Promise.resolve("new"));
  const requests = Array.from({ length: 5 }, () => signedIn("c", 0, renew));
  const tokens = await Promise.all(requests.map(({ request }) => freshToken(request, silent)));
  const late = signedIn("c", 0, renew);
  expect([...tokens, await freshToken(late.request, silent)]).toEqual(Array(6).fill("new"));
  expect(renew).toHaveBeenCalledTimes(1);
  expect(late.session["refresh_token"]).toBe("c, rotated");
});

it("says that nobody is signed in when the issuer renews nothing any more", async () => {
  const gone = () => Promise.reject(new Error("invalid_grant"));
  expect(await freshToken(signedIn("d", 0, gone).request, silent)).toBeUndefined();
});
