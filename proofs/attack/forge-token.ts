import { createHmac, type KeyObject, sign } from "node:crypto";

export type Json = Readonly<Record<string, unknown>>;

/** What a token is made of before it is signed. */
export type Parts = { readonly header: Json; readonly claims: Json };

export const encoded = (value: Json | string): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Signs whatever it is given, as no library would. */
export const forgeToken = ({ header, claims }: Parts, signature: (input: string) => string): string => {
  const input = `${encoded(header)}.${encoded(claims)}`;
  return `${input}.${signature(input)}`;
};

export const rsa =
  (key: KeyObject, digest = "sha256", options: Json = {}) =>
  (input: string): string =>
    sign(digest, Buffer.from(input), { key, ...options }).toString("base64url");

export const hmac =
  (secret: string) =>
  (input: string): string =>
    createHmac("sha256", secret).update(input).digest("base64url");

/** Without the members that are undefined. */
export const changed = (
  parts: Parts,
  { header = {}, claims = {} }: { readonly header?: Json; readonly claims?: Json },
): Parts => ({
  header: { ...parts.header, ...header },
  claims: { ...parts.claims, ...claims },
});

export function partsOf(token: string): Parts {
  const [header = "", claims = ""] = token.split(".");
  const parse = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Json;
  return { header: parse(header), claims: parse(claims) };
}
