import type { RequestHandler } from "express";
import { Problem, type ProblemKind, problemKinds } from "@plumbline/domain/problem";
import { sendProblem } from "./edge/problems.ts";

/** The page that a problem's `type` leads to: what happened, and what to do. */
export const problemPage: RequestHandler<{ kind: string }> = (request, response) => {
  const { kind } = request.params;
  if (!Object.hasOwn(problemKinds, kind)) return sendProblem(response, new Problem("address-unknown"), request.path);
  const { status, title, remedy } = problemKinds[kind as ProblemKind];
  response.type("html").send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}code{font-size:.95em}</style>
<h1>${title}</h1>
<p><code>${kind}</code>, HTTP status ${status}</p>
<p>${remedy.replaceAll(/`([^`]+)`/g, "<code>$1</code>")}</p>
</html>
`);
};
