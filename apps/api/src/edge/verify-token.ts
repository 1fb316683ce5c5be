import type { Request, Response } from "express";
import { auth } from "express-oauth2-jwt-bearer";
import { Problem } from "@plumbline/domain/problem";
import { outbound } from "@plumbline/platform/outbound";

export type TokenSettings = {
  readonly issuerUrl: string;
  readonly audience: string;
  /** What the names of the e-mail claims begin with. */
  readonly claimsNamespace: string;
};

/** What a token that holds says about its bearer. */
export type Verified = { readonly organization: string; readonly email: string };

const tokenAgeMaxSeconds = 86_400;
const issuerAnswersWithinMs = 3_000;

/**
 * Verifies access tokens: RS256 with a key of our issuer, for our audience, current, at most a day old, made for an
 * organisation and for somebody whose e-mail is verified.
 *
 * @returns a function that throws Problem `token-refused` | `service-unavailable` when the issuer does not answer
 */
export function openTokenVerifier(
  settings: TokenSettings,
): (request: Request, response: Response) => Promise<Verified> {
  const { issuerUrl, audience, claimsNamespace } = settings;
  const verify = auth({
    issuerBaseURL: issuerUrl,
    audience,
    tokenSigningAlg: "RS256",
    maxTokenAge: tokenAgeMaxSeconds,
    timeoutDuration: issuerAnswersWithinMs,
    dpop: { enabled: false },
  });
  const answers = issuerWatch(issuerUrl);
  return async (request, response) => {
    const failure = await new Promise<unknown>((resolve) => void verify(request, response, resolve));
    if (failure !== undefined) {
      // The library says the same of a bad token and of keys it could not get. Only one of them is the caller's fault.
      if (await answers()) throw new Problem("token-refused", { cause: failure });
      throw new Problem("service-unavailable", { cause: failure });
    }
    const { org_id: organization, cnf, ...claims } = request.auth?.payload ?? {};
    const email = claims[`${claimsNamespace}email`];
    const verified = claims[`${claimsNamespace}email_verified`] === true;
    // A token bound to a proof of possession is worth nothing without the proof, which nobody is asked for here.
    if (typeof organization !== "string" || !isEmail(email) || !verified || cnf !== undefined) {
      throw new Problem("token-refused");
    }
    return { organization, email };
  };
}

const isEmail = (claim: unknown): claim is string =>
  typeof claim === "string" && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(claim);

const watchedForMs = 5_000;

/** Whether the issuer answers; asked at most every few seconds, however many bad tokens arrive. */
function issuerWatch(issuerUrl: string): () => Promise<boolean> {
  const address = new URL(".well-known/openid-configuration", issuerUrl.endsWith("/") ? issuerUrl : `${issuerUrl}/`);
  let asked: { readonly until: number; readonly answer: Promise<boolean> } | undefined;
  return () => {
    if (asked === undefined || asked.until < Date.now()) {
      const answer = outbound(address, { withinMs: issuerAnswersWithinMs }).then(
        ({ ok }) => ok,
        () => false,
      );
      asked = { until: Date.now() + watchedForMs, answer };
    }
    return asked.answer;
  };
}
