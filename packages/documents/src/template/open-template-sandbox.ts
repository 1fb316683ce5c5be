import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { TemplateIssue, TemplateIssueCode } from "./template-issue.ts";
import { issuesMark, pageMark, readyMark, type TemplateJob } from "./template-protocol.ts";

export type TemplateSandbox = {
  /** Fills a template that a tenant wrote. Faults in it come back as issues; other renders never notice. */
  readonly render: (input: TenantTemplate) => Promise<TemplateOutcome>;
  /** Refuses what waits, finishes what runs. */
  readonly close: () => Promise<void>;
};

export type TenantTemplate = {
  readonly source: string;
  /** By plain name, for `{{> name}}`. */
  readonly partials?: Readonly<Record<string, string>>;
  /** JSON; functions and prototypes do not survive. */
  readonly data: unknown;
};

export type TemplateOutcome =
  | { readonly ok: true; readonly html: string }
  | { readonly ok: false; readonly issues: readonly TemplateIssue[] };

export const templateLimits = {
  sourceCharactersMax: 200_000,
  dataCharactersMax: 4_000_000,
  renderMsMax: 500,
  heapMbMax: 64,
  outputBytesMax: 1_000_000,
} as const;

/** Starting a process on a busy machine may take seconds; the template's own time begins after that. */
const startMsMax = 20_000;
const queueMax = 1_000;

type Waiting = {
  readonly job: TemplateJob;
  readonly resolve: (outcome: TemplateOutcome) => void;
  readonly reject: (error: Error) => void;
};

/**
 * A process for every render, at most `processes` at once. A process, because a thread in a tight loop took seconds to
 * stop; a fresh one, because nothing of one tenant may be left for the next.
 */
export function openTemplateSandbox({ processes }: { readonly processes: number }): TemplateSandbox {
  if (!(processes >= 1)) throw new RangeError("a sandbox needs at least one process");
  const waiting: Waiting[] = [];
  const running = new Set<Promise<void>>();
  let closed = false;

  const pump = (): void => {
    while (running.size < processes) {
      const next = waiting.shift();
      if (!next) return;
      const run: Promise<void> = renderInProcess(next.job)
        .then(next.resolve, next.reject)
        .finally(() => {
          running.delete(run);
          pump();
        });
      running.add(run);
    }
  };

  return {
    render: ({ source, partials = {}, data }) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new Error("the template sandbox is closed"));
        if (waiting.length >= queueMax) return reject(new Error(`${queueMax} templates wait already`));
        const job = { source, partials, data: JSON.stringify(data ?? null) };
        const issue = sizeIssue(job);
        if (issue) return resolve({ ok: false, issues: [issue] });
        waiting.push({ job, resolve, reject });
        pump();
      }),
    close: async () => {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error("the template sandbox is closing"));
      await Promise.all(running);
    },
  };
}

function sizeIssue({ source, partials, data }: TemplateJob): TemplateIssue | undefined {
  const texts: readonly unknown[] = [source, ...Object.values(partials)];
  // A parsed template given as an object would pass the checks and run as code.
  if (!texts.every((text): text is string => typeof text === "string")) {
    return { code: "template_rule", message: "a template is text" };
  }
  const { sourceCharactersMax, dataCharactersMax } = templateLimits;
  const length = texts.reduce((total, text) => total + text.length, 0);
  if (length > sourceCharactersMax) {
    return { code: "template_too_large", message: `a template has at most ${sourceCharactersMax} characters` };
  }
  if (data.length > dataCharactersMax) {
    return { code: "template_too_large", message: `the data has more than ${dataCharactersMax} characters` };
  }
  return undefined;
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

function renderInProcess(job: TemplateJob): Promise<TemplateOutcome> {
  return new Promise((resolve, reject) => {
    const child = startProcess();
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      child.removeAllListeners().on("error", () => undefined);
      child.kill("SIGKILL");
      settle();
    };
    const refuse = (code: TemplateIssueCode, message: string) =>
      finish(() => resolve({ ok: false, issues: [{ code, message }] }));
    let timer = setTimeout(
      () => finish(() => reject(new Error(`a template process did not start in ${startMsMax} ms`))),
      startMsMax,
    );

    child.on("error", (error) => finish(() => reject(error)));
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", (chunk: Buffer) => {
      if (bytes === 0) {
        clearTimeout(timer);
        const { renderMsMax } = templateLimits;
        timer = setTimeout(
          () => refuse("template_too_slow", `the template took longer than ${renderMsMax} ms`),
          renderMsMax,
        );
        child.stdin.end(JSON.stringify(job));
      }
      chunks.push(chunk);
      bytes += chunk.length;
      const { outputBytesMax } = templateLimits;
      if (bytes > outputBytesMax + readyMark.length + pageMark.length) {
        refuse("template_output_too_large", `the page is larger than ${outputBytesMax} bytes`);
      }
    });
    child.on("close", (exitCode, signal) => {
      const text = Buffer.concat(chunks).toString("utf8").slice(readyMark.length);
      if (text.startsWith(pageMark)) return finish(() => resolve({ ok: true, html: text.slice(pageMark.length) }));
      if (text.startsWith(issuesMark)) {
        const issues = JSON.parse(text.slice(issuesMark.length)) as TemplateIssue[];
        return finish(() => resolve({ ok: false, issues }));
      }
      if (bytes === 0) return finish(() => reject(new Error(`a template process ended with ${exitCode ?? signal}`)));
      // V8 aborts when its heap is full; a kill from outside means that the machine ran out.
      if (signal) return refuse("template_too_hungry", `the template needed more than ${templateLimits.heapMbMax} MB`);
      refuse("template_failed", "the template could not be filled");
    });
  });
}

/** A Node that sees its own program and Handlebars, no other file, no environment, and can start nothing. */
function startProcess(): Child {
  const program = fileURLToPath(new URL("./template-process.ts", import.meta.url));
  const handlebars = dirname(createRequire(import.meta.url).resolve("handlebars/package.json"));
  const flags = [
    `--max-old-space-size=${templateLimits.heapMbMax}`,
    "--max-semi-space-size=2",
    "--disable-proto=delete",
    "--permission",
    `--allow-fs-read=${dirname(program)}`,
    `--allow-fs-read=${dirname(dirname(dirname(program)))}/package.json`,
    `--allow-fs-read=${handlebars}`,
  ];
  return spawn(process.execPath, [...flags, program], {
    env: {},
    cwd: dirname(program),
    stdio: ["pipe", "pipe", "ignore"],
  });
}
