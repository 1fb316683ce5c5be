import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What a program is given: `plk_<prefix>_<secret>`. The prefix finds the key and may be shown; the secret proves it. */
export type ApiKeySecret = { readonly prefix: string; readonly secret: string };

const secretBytes = 32;
const prefixLetters = "abcdefghjkmnpqrstuvwxyz23456789";
const prefixLength = 12;

export const newPrefix = (): string =>
  Array.from(randomBytes(prefixLength), (byte) => prefixLetters[byte % prefixLetters.length]).join("");

export const newSecret = (): string => randomBytes(secretBytes).toString("base64url");

export const toText = ({ prefix, secret }: ApiKeySecret): string => `plk_${prefix}_${secret}`;

/** Undefined for anything that was never given out in this form. */
export function fromText(text: string): ApiKeySecret | undefined {
  const [, prefix, secret] = /^plk_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/.exec(text) ?? [];
  return prefix === undefined || secret === undefined ? undefined : { prefix, secret };
}

/** One round suffices: 256 random bits cannot be guessed, so nothing is gained by making a guess slow. */
export const hashOf = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** Takes as long for a wrong secret as for a right one. */
export const isSecretOf = (secret: string, hash: string): boolean =>
  timingSafeEqual(Buffer.from(hashOf(secret), "hex"), Buffer.from(hash, "hex"));
