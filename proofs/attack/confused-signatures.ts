import { type Entry, forger } from "./confused-entry.ts";
import { encoded, forgeToken, hmac, type Json, rsa } from "./forge-token.ts";
import { newKey, type TokenWorld } from "./token-world.ts";

const day = 86_400;

export function wrongAlgorithms(world: TokenWorld): Entry[] {
  const forge = forger(world);
  const { pem, jwk } = world.publicKey;
  const alg = (value: unknown): { readonly header: Json } => ({ header: { alg: value } });
  const none = () => "";
  const pss = { padding: 6, saltLength: 32 };
  return [
    ["alg none, no signature", forge(alg("none"), none)],
    ["alg None, no signature", forge(alg("None"), none)],
    ["alg nOnE, no signature", forge(alg("nOnE"), none)],
    ["alg none, signature kept", forge(alg("none"))],
    ["alg RS256, no signature", forge({}, none)],
    ["HS256 with the public key as secret", forge(alg("HS256"), hmac(pem))],
    ["HS256 with the public key as secret, trimmed", forge(alg("HS256"), hmac(pem.trim()))],
    ["HS256 with the key set as secret", forge(alg("HS256"), hmac(JSON.stringify(jwk)))],
    ["HS256 with the modulus as secret", forge(alg("HS256"), hmac(String(jwk.n)))],
    ["HS256 with an empty secret", forge(alg("HS256"), hmac(""))],
    ["RS384 with the right key", forge(alg("RS384"), rsa(world.signingKey, "sha384"))],
    ["RS512 with the right key", forge(alg("RS512"), rsa(world.signingKey, "sha512"))],
    ["PS256 with the right key", forge(alg("PS256"), rsa(world.signingKey, "sha256", pss))],
    ["RS256 said, PS256 signed", forge({}, rsa(world.signingKey, "sha256", pss))],
    ["RS256 said, SHA-1 signed", forge({}, rsa(world.signingKey, "sha1"))],
    ["ES256 with a key of its own", forge(alg("ES256"), rsa(newKey("ec"), "sha256", { dsaEncoding: "ieee-p1363" }))],
    ["alg missing", forge(alg(undefined))],
    ["alg a list", forge(alg(["RS256"]))],
    ["alg in lower case", forge(alg("rs256"))],
  ];
}

export function wrongKeys(world: TokenWorld): Entry[] {
  const forge = forger(world);
  const { key, jwk } = world.stranger;
  const signature = rsa(key);
  const { url } = world.bait;
  const header = (values: Json) => forge({ header: values }, signature);
  return [
    ["a stranger's key under our kid", header({})],
    ["a stranger's key under its own kid", header({ kid: jwk["kid"] })],
    ["a stranger's key without kid", header({ kid: undefined })],
    ["a stranger's key embedded", header({ jwk })],
    ["a stranger's key embedded, without kid", header({ jwk, kid: undefined })],
    ["a stranger's key by jku", header({ jku: url, kid: jwk["kid"] })],
    ["a stranger's key by jku under our kid", header({ jku: url })],
    ["a stranger's certificate by x5u", header({ x5u: url })],
    ["a stranger's certificate embedded", header({ x5c: [Buffer.from("certificate").toString("base64")] })],
    ["kid a path", header({ kid: "../../../../dev/null" })],
    ["kid an address", header({ kid: url })],
    ["kid SQL", header({ kid: "' union select 'key' --" })],
    ["kid a path, HS256 with what lies there", forge({ header: { alg: "HS256", kid: "/dev/null" } }, hmac(""))],
    ["kid __proto__", header({ kid: "__proto__" })],
    ["kid a number", header({ kid: 1 })],
    ["crit of what nobody knows", forge({ header: { crit: ["http://plumb.test/x"], "http://plumb.test/x": true } })],
    ["crit of exp", forge({ header: { crit: ["exp"], exp: 9_999_999_999 } })],
    ["crit empty", forge({ header: { crit: [] } })],
    ["b64 false", forge({ header: { crit: ["b64"], b64: false } })],
    ["another issuer's good token", world.stranger.signedIn.accessToken],
  ];
}

export function brokenTokens(world: TokenWorld): Entry[] {
  const token = world.good.accessToken;
  const [header = "", claims = "", signature = ""] = token.split(".");
  const later = { ...world.parts.claims, exp: Number(world.parts.claims["exp"]) + day };
  const flipped = signature.slice(0, 10) + (signature[10] === "A" ? "B" : "A") + signature.slice(11);
  const roomy = forger(world)({ claims: { padding: "x".repeat(8_000) } });
  return [
    ["signature with a letter changed", `${header}.${claims}.${flipped}`],
    ["signature cut short", token.slice(0, -8)],
    ["signature too long", `${token}AAAA`],
    ["claims changed, signature kept", `${header}.${encoded(later)}.${signature}`],
    ["header changed, signature kept", `${encoded({ ...world.parts.header, typ: "JWT" })}.${claims}.${signature}`],
    ["signature missing", `${header}.${claims}`],
    ["signature empty", `${header}.${claims}.`],
    ["header only", header],
    ["four parts", `${token}.${signature}`],
    ["five parts", `${header}.${claims}.${signature}.${claims}.${signature}`],
    ["empty parts", ".."],
    ["padded", `${token}=`],
    [
      "claims no JSON",
      forgeToken({ header: world.parts.header, claims: {} }, rsa(world.signingKey)).replace(/\.e30\./, ".bm8."),
    ],
    ["a word", "token"],
    ["undefined", "undefined"],
    ["ten thousand characters, signed", roomy],
    ["ten thousand characters, not signed", "a".repeat(10_000)],
  ];
}
