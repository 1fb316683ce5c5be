import type { Schemas } from "@plumbline/client/client";
import { Failure } from "../failure.ts";

/** What the client gives for any operation, with its document forgotten. */
export type Answered<T> = { readonly data?: T; readonly error?: unknown; readonly response: Response };

/** The failure behind an answer that is no success: its problem document, or what can be said without one. */
export function toRefusal(error: unknown, response: Response, apiUrl: URL): Failure {
  const exit = response.status === 401 ? "signed-out" : "failed";
  const problem = asProblem(error);
  if (problem === undefined) {
    return new Failure(exit, `${apiUrl.origin} answered ${response.status} without saying why. Is this the API?`);
  }
  const hasPage = problem.type !== "about:blank" && URL.canParse(problem.type, apiUrl.href);
  return new Failure(exit, problem.title, { problem, ...(hasPage && { remedy: new URL(problem.type, apiUrl).href }) });
}

/** Something in front of the API may answer in its place, so a document is believed only when it looks like one. */
export function asProblem(error: unknown): Schemas["Problem"] | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { type, title, status } = error as Partial<Schemas["Problem"]>;
  const isOne = typeof type === "string" && typeof title === "string" && typeof status === "number";
  return isOne ? (error as Schemas["Problem"]) : undefined;
}
