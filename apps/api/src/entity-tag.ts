import type { Request } from "express";
import { requestInvalid } from "./parse-request.ts";
import type { Version } from "./route.ts";

/** A version as an entity tag (RFC 9110): strong, because a version is one content. */
export const entityTag = (version: Version): string => `"${version}"`;

/**
 * The version a caller saw, from `If-Match`; undefined when they did not say, or do not mind.
 *
 * @throws Problem `request-invalid`
 */
export function ifMatchOf(request: Request): number | undefined {
  const tag = request.headers["if-match"];
  if (tag === undefined || tag.trim() === "*") return undefined;
  const version = /^"(\d{1,9})"$/.exec(tag.trim())?.[1];
  if (version === undefined) {
    throw requestInvalid([
      { in: "headers", field: "If-Match", reason: 'must be the one ETag you were given, such as "3"' },
    ]);
  }
  return Number(version);
}

/** Whether the caller has this already. Only answers with a tag can be had. */
export function isNotModified(request: Request, etag: string | undefined): boolean {
  const known = request.headers["if-none-match"];
  if (known === undefined || etag === undefined) return false;
  return known.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
