import type { Schemas } from "@plumbline/client/client";
import { moment } from "./printing/words.ts";
import type { Answer } from "./verb.ts";

/** A key that shows its secret, for the only time. */
export const secretAnswer = (key: Schemas["ApiKeySecret"]): Answer => ({
  document: key,
  lines: (style) => [
    style.strong(key.secret),
    `${key.name}, until ${moment(key.expiresAt)} UTC. It is shown this once: put it where PLUMB_API_KEY comes from.`,
    ...(key.overlapsUntil === undefined ? [] : [`The secret before it works until ${moment(key.overlapsUntil)} UTC.`]),
  ],
});
