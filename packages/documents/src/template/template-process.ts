import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext, runInContext } from "node:vm";
import { allowedBlocks, findTemplateIssues } from "./find-template-issues.ts";
import type { TemplateIssue } from "./template-issue.ts";
import { issuesMark, pageMark, readyMark, type TemplateJob } from "./template-protocol.ts";

// The program of one child process: says it is ready, reads one job, answers it, ends. Handlebars lives in a context
// without process, require or fetch, and only text crosses into it, so code that broke out of a template would find
// nothing there to use.

/** Outlives the parent's limit only if the parent is gone, and then ends what nobody waits for. */
const timeoutMs = 2_000;

serve();

function serve(): void {
  const bare = Object.create(null) as object;
  const room = createContext(bare, { codeGeneration: { strings: true, wasm: false } });
  const handlebars = createRequire(import.meta.url).resolve("handlebars/dist/handlebars.js");
  runInContext(readFileSync(handlebars, "utf8"), room);
  writeSync(1, readyMark);

  const text = readFileSync(0, "utf8");
  if (text === "") return;
  const job = JSON.parse(text) as TemplateJob;
  const issues = issuesIn(job, runInContext("Handlebars.parse", room) as (source: string) => hbs.AST.Program);
  answer(issues.length > 0 ? issuesMark + JSON.stringify(issues) : render(job, room));
}

function issuesIn(job: TemplateJob, parse: (source: string) => hbs.AST.Program): TemplateIssue[] {
  const names = new Set(Object.keys(job.partials));
  const issuesOf = (source: string): TemplateIssue[] => {
    try {
      return findTemplateIssues(parse(source), names);
    } catch (error) {
      const message = String(error).replace(/^Error: /, "");
      const line = /line (\d+)/.exec(message)?.[1];
      return [{ code: "template_syntax", message, ...(line && { line: Number(line) }) }];
    }
  };
  return [
    ...issuesOf(job.source),
    ...Object.entries(job.partials).flatMap(([partial, source]) =>
      issuesOf(source).map((issue) => ({ ...issue, partial })),
    ),
  ];
}

function render(job: TemplateJob, room: object): string {
  Object.assign(room, { job: JSON.stringify(job), allowedBlocks: allowedBlocks.join(" ") });
  const outcome = runInContext(`(${renderInRoom.toString()})()`, room, { timeout: timeoutMs }) as string;
  if (outcome.startsWith(pageMark)) return outcome;
  const message = `the template could not be filled: ${outcome.slice(1)}`;
  return issuesMark + JSON.stringify([{ code: "template_failed", message } satisfies TemplateIssue]);
}

// What the room holds while the function below runs there.
declare const Handlebars: typeof import("handlebars");

/** Runs inside the room as text: it may use nothing from this file. */
function renderInRoom(): string {
  const room = globalThis as unknown as { job: string; allowedBlocks: string };
  const bare = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(bare);
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of Object.entries(value)) object[key] = bare(item);
    return object;
  };
  try {
    const job = JSON.parse(room.job) as { source: string; partials: Record<string, string>; data: string };
    const allowed = room.allowedBlocks.split(" ");
    const environment = Handlebars.create();
    for (const name of Object.keys(environment.helpers)) {
      if (!allowed.includes(name)) environment.unregisterHelper(name);
    }
    for (const name of Object.keys(environment.decorators)) environment.unregisterDecorator(name);
    for (const [name, source] of Object.entries(job.partials)) environment.registerPartial(name, source);
    const knownHelpers = Object.fromEntries(allowed.map((name) => [name, true]));
    const fill = environment.compile(job.source, { knownHelpers, knownHelpersOnly: true });
    const page = fill(bare(JSON.parse(job.data)), {
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
    return `P${page}`;
  } catch (error) {
    return `F${error instanceof Error ? error.message : "no reason given"}`;
  }
}

/** Writes all of it before ending: a pipe takes what it can and says how much. */
function answer(text: string): void {
  const bytes = Buffer.from(text);
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += writeSync(1, bytes, sent);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}
