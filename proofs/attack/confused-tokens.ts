import { createHash } from "node:crypto";
import type { RawRequest } from "./ask-raw.ts";
import { encoded, forgeToken, type Json, type Parts, rsa } from "./forge-token.ts";
import { bearer, type Entry, forger } from "./confused-entry.ts";
import { brokenTokens, wrongAlgorithms, wrongKeys } from "./confused-signatures.ts";
import { claimsNamespace, domain, type TokenWorld } from "./token-world.ts";

/** What must come of it: refused as a token, not seen at all, or known by nobody here. */
export type Outcome = "token-refused" | "sign-in-needed" | "membership-missing";

/** Something that is shown and must not let anybody in, by the words an attacker would use for it. */
export type Confused = { readonly name: string; readonly outcome: Outcome; readonly request: RawRequest };

const day = 86_400;

export function confusedTokens(world: TokenWorld): Confused[] {
  const host = `${world.here.slug}.${domain}`;
  const of = (outcome: Outcome, entries: readonly Entry[]): Confused[] =>
    entries.map(([name, shown]) => {
      const request = typeof shown === "string" ? bearer(shown) : shown;
      return { name, outcome, request: { host, headers: [], ...request } };
    });
  return [
    ...of("token-refused", [
      ...wrongAlgorithms(world),
      ...wrongKeys(world),
      ...brokenTokens(world),
      ...wrongClaims(world),
      ...wrongFirms(world),
      ...otherTokens(world),
      ...wrongHeaders(world),
      ...wrongKeysOfPrograms(world),
    ]),
    ...of("sign-in-needed", wrongPlaces(world)),
    ...of("membership-missing", strangers(world)),
  ];
}

function wrongClaims(world: TokenWorld): Entry[] {
  const forge = forger(world);
  const claims = (values: Json) => forge({ claims: values });
  const { issuer } = world;
  const now = Math.floor(Date.now() / 1000);
  const email = `${claimsNamespace}email`;
  const verified = `${claimsNamespace}email_verified`;
  const address = world.parts.claims[email];
  const [, prefix] = world.keys.good.split("_");
  return [
    ["iss another", claims({ iss: "https://evil.example/" })],
    ["iss without its slash", claims({ iss: issuer.url.slice(0, -1) })],
    ["iss missing", claims({ iss: undefined })],
    ["iss a list", claims({ iss: [issuer.url] })],
    ["aud another", claims({ aud: "https://api.evil.example" })],
    ["aud missing", claims({ aud: undefined })],
    ["aud longer than ours", claims({ aud: `${String(world.parts.claims["aud"])}/admin` })],
    ["aud in other case", claims({ aud: String(world.parts.claims["aud"]).toUpperCase() })],
    ["aud a list without ours", claims({ aud: ["https://a.example", "https://b.example"] })],
    ["aud an object", claims({ aud: { 0: world.parts.claims["aud"] } })],
    ["expired", claims({ iat: now - 3_600, exp: now - 60 })],
    ["exp missing", claims({ exp: undefined })],
    ["exp a word", claims({ exp: "9999999999" })],
    ["exp null", claims({ exp: null })],
    ["not valid before tomorrow", claims({ nbf: now + day })],
    ["made tomorrow", claims({ iat: now + day, exp: now + 2 * day })],
    ["made two days ago, valid for ever", claims({ iat: now - 2 * day, exp: now + 365 * day })],
    ["iat missing", claims({ iat: undefined })],
    ["e-mail not verified", claims({ [verified]: false })],
    ["e-mail verified as a word", claims({ [verified]: "true" })],
    ["e-mail verified as a number", claims({ [verified]: 1 })],
    ["e-mail's verification missing", claims({ [verified]: undefined })],
    ["e-mail missing, as in a machine's token", claims({ [email]: undefined })],
    ["e-mail a list", claims({ [email]: [address] })],
    ["e-mail an object", claims({ [email]: { $ne: "" } })],
    ["e-mail empty", claims({ [email]: "" })],
    ["e-mail with a null character", claims({ [email]: `${String(address)}\0` })],
    ["e-mail with a space", claims({ [email]: `${String(address)} ` })],
    ["e-mail the name of a system actor", claims({ [email]: "billing-runner" })],
    ["e-mail the prefix of a key", claims({ [email]: prefix })],
    ["e-mail outside our namespace", claims({ [email]: undefined, email: address, email_verified: true })],
    ["e-mail in another namespace", claims({ [email]: undefined, "https://evil.example/email": address })],
    ["bound to a proof that was not given", claims({ cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } })],
  ];
}

function wrongFirms(world: TokenWorld): Entry[] {
  const { here, sister, foreign, good } = world;
  const claims = (values: Json) => forger(world)({ claims: values });
  const twice = JSON.stringify(world.parts.claims).replace(/\}$/, `,"org_id":"${sister.organization}"}`);
  const input = `${encoded(world.parts.header)}.${encoded(twice)}`;
  const at = ({ slug }: { readonly slug: string }) => ({ host: `${slug}.${domain}` });
  return [
    ["the same person's token for another firm of the partner", world.atSister.accessToken],
    ["a token for another partner's firm", world.atForeign.accessToken],
    ["our token at another firm of the partner", { ...bearer(good.accessToken), ...at(sister) }],
    ["our token at another partner's firm", { ...bearer(good.accessToken), ...at(foreign) }],
    ["an organisation that is nowhere", claims({ org_id: "org_nowhere" })],
    ["organisation missing", claims({ org_id: undefined })],
    ["organisation a list with ours", claims({ org_id: [here.organization] })],
    ["organisation in other case", claims({ org_id: here.organization.toUpperCase() })],
    ["organisation with a space", claims({ org_id: `${here.organization} ` })],
    ["organisation by its name", claims({ org_id: here.slug })],
    ["another organisation under our name", claims({ org_id: foreign.organization, org_name: here.slug })],
    ["our organisation only in another claim", claims({ org_id: undefined, organization: here.organization })],
    ["two organisations, ours first", `${input}.${rsa(world.signingKey)(input)}`],
    [
      "another firm's token, forwarded for that firm",
      {
        headers: [
          ["authorization", `Bearer ${world.atSister.accessToken}`],
          ["x-forwarded-host", `${sister.slug}.${domain}`],
          ["forwarded", `host=${sister.slug}.${domain}`],
          ["x-tenant", sister.slug],
        ],
      },
    ],
  ];
}

function otherTokens(world: TokenWorld): Entry[] {
  const { client_id: _client, scope: _scope, jti: _jti, ...identity } = world.parts.claims;
  const idToken = (aud: unknown): string => {
    const claims = { ...identity, aud, nonce: "nonce", email_verified: true };
    const parts: Parts = { header: { ...world.parts.header, typ: "JWT" }, claims };
    return forgeToken(parts, rsa(world.signingKey));
  };
  return [
    ["an ID token of the portal", idToken("plumbline-portal")],
    ["an ID token of the command line", idToken("plumbline-cli")],
    ["an access token for the issuer itself", idToken(`${world.issuer.url}userinfo`)],
    ["a refresh token", world.good.refreshToken],
  ];
}

function wrongHeaders(world: TokenWorld): Entry[] {
  const token = world.good.accessToken;
  const shown = (...values: readonly string[]): Partial<RawRequest> => ({
    headers: values.map((value) => ["authorization", value] as const),
  });
  return [
    ["two Authorization headers, both good", shown(`Bearer ${token}`, `Bearer ${token}`)],
    ["two Authorization headers, the first good", shown(`Bearer ${token}`, "Bearer bad")],
    ["two Authorization headers, the second good", shown("Bearer bad", `Bearer ${token}`)],
    ["two tokens in one header", shown(`Bearer ${token}, Bearer ${token}`)],
    ["two tokens after one scheme", shown(`Bearer ${token} ${token}`)],
    ["scheme missing", shown(token)],
    ["scheme Basic", shown(`Basic ${Buffer.from(`${token}:`).toString("base64")}`)],
    ["scheme DPoP", shown(`DPoP ${token}`)],
    ["scheme Token", shown(`Token ${token}`)],
    ["scheme with a colon", shown(`Bearer: ${token}`)],
    ["scheme twice", shown(`Bearer Bearer ${token}`)],
    ["no space after the scheme", shown(`Bearer${token}`)],
    ["two spaces after the scheme", shown(`Bearer  ${token}`)],
    ["a tab after the scheme", shown(`Bearer\t${token}`)],
    ["a space in the token", shown(`Bearer ${token.slice(0, 20)} ${token.slice(20)}`)],
    ["scheme alone", shown("Bearer")],
    ["nothing", shown("")],
    ["in quotes", shown(`Bearer "${token}"`)],
    ["in the address as well", { ...bearer(token), path: `/v1/session?access_token=${token}` }],
  ];
}

function wrongKeysOfPrograms(world: TokenWorld): Entry[] {
  const { keys } = world;
  const [, prefix = "", secret = ""] = /^plk_([^_]+)_(.+)$/.exec(keys.good) ?? [];
  const [, , otherSecret = ""] = /^plk_([^_]+)_(.+)$/.exec(keys.fresh) ?? [];
  const hash = createHash("sha256").update(secret).digest("hex");
  return [
    ["a key that was revoked", keys.revoked],
    ["a key past its lifetime", keys.expired],
    ["a key past its overlap", keys.rotatedAway],
    ["a key of another firm of the partner", keys.sister],
    ["a key of another partner's firm", keys.foreign],
    ["our key at another firm of the partner", { ...bearer(keys.good), host: `${world.sister.slug}.${domain}` }],
    ["a good prefix with a random secret", `plk_${prefix}_${"A".repeat(43)}`],
    ["a good prefix with another key's secret", `plk_${prefix}_${otherSecret}`],
    ["a good prefix with the hash of its secret", `plk_${prefix}_${hash}`],
    ["a good prefix with 43 letters of the hash", `plk_${prefix}_${hash.slice(0, 43)}`],
    ["a prefix that nobody has", `plk_${"a".repeat(12)}_${secret}`],
    ["a prefix of wildcards", `plk_%%%%%%%%%%%%_${secret}`],
    ["prefix in capitals", `plk_${prefix.toUpperCase()}_${secret}`],
    ["a key with a letter more", `${keys.good}A`],
    ["a key with a letter less", keys.good.slice(0, -1)],
    ["a key without its secret", `plk_${prefix}_`],
    ["a key without its mark", `${prefix}_${secret}`],
    ["a key as Basic", { headers: [["authorization", `Basic ${Buffer.from(`${keys.good}:`).toString("base64")}`]] }],
    [
      "a key and a token, one header each",
      {
        headers: [
          ["authorization", `Bearer ${keys.good}`],
          ["authorization", `Bearer ${world.good.accessToken}`],
        ],
      },
    ],
  ];
}

function wrongPlaces({ good, keys }: TokenWorld): Entry[] {
  const token = good.accessToken;
  const form = { "content-type": "application/x-www-form-urlencoded" };
  return [
    ["nothing at all", {}],
    ["token in the address", { path: `/v1/session?access_token=${token}` }],
    ["key in the address", { path: `/v1/session?api_key=${keys.good}` }],
    ["token in a cookie", { headers: [["cookie", `access_token=${token}; appSession=${token}`]] }],
    ["token in X-Access-Token", { headers: [["x-access-token", token]] }],
    ["token in Proxy-Authorization", { headers: [["proxy-authorization", `Bearer ${token}`]] }],
    ["key in X-API-Key", { headers: [["x-api-key", keys.good]] }],
    [
      "token in a form",
      { method: "POST", path: "/v1/api-keys", headers: Object.entries(form), body: `access_token=${token}` },
    ],
  ];
}

function strangers(world: TokenWorld): Entry[] {
  const forge = forger(world);
  const email = (value: string) => forge({ claims: { [`${claimsNamespace}email`]: value } });
  return [
    ["somebody nobody knows", email("nobody@nowhere.example")],
    ["somebody of another firm of the partner", email("sister@firm.example")],
    ["somebody of another partner's firm", email("foreign@firm.example")],
    ["somebody who has left", email("leaver@firm.example")],
    ["a letter that becomes k when lowered", email("\u212Aira@firm.example")],
    ["a letter that looks like i", email("k\u0131ra@firm.example")],
    ["a tag", email("kira+admin@firm.example")],
    ["a wildcard", email("%@firm.example")],
    ["SQL", email("'or'1'='1'--@firm.example")],
  ];
}
