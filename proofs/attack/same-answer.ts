import type { Answer } from "./send.ts";

/** Differ from one request to the next, whatever is asked. */
const passing = new Set(["date", "request-id", "ratelimit", "connection", "keep-alive"]);

/** An answer as one line, in which only what depends on the question is left. */
export function lineOf({ status, headers, body }: Answer, id: string): string {
  const told = Object.entries(headers).map(([name, value]) => `${name}: ${passing.has(name) ? "…" : value}`);
  return [status, ...told.toSorted(), body]
    .join("\n")
    .replaceAll(id, "<id>")
    .replaceAll(/"requestId":"[^"]+"/g, `"requestId":"…"`);
}

/** The first line in which two answers differ, both ways. */
export function difference(left: string, right: string): string {
  const [ours, theirs] = [left.split("\n"), right.split("\n")];
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  return `“${ours[at]?.slice(0, shownCharacters)}” against “${theirs[at]?.slice(0, shownCharacters)}”`;
}

const shownCharacters = 160;
