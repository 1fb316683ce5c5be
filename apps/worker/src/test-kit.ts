import { events } from "@plumbline/contract/events";
import type { Log, LogFields } from "@plumbline/platform/log";
import type { InScope } from "@plumbline/platform/scope";
import { type Job, type JobTools, job } from "./job.ts";
import type { WorkerTiming } from "./timing.ts";

/** As in production, a few dozen times faster. */
export const testTiming: WorkerTiming = {
  leaseMs: 1_500,
  patienceMs: 600,
  backoffBaseMs: 20,
  backoffCapMs: 40,
  stopWithinMs: 2_000,
  letGoWithinMs: 300,
};

/** A job on `time.approved`, an event that no real job is subscribed to. */
export const testJob = (
  run: (tools: JobTools) => Promise<unknown>,
  options: { readonly name?: string; readonly attempts?: number } = {},
): Job =>
  job({
    name: options.name ?? "test-job",
    lane: "documents",
    actor: "document-renderer",
    event: events["time.approved"],
    attempts: options.attempts ?? 3,
    run: async (_, tools) => void (await run(tools)),
  });

/** States that each subject, in this order, had its time approved; in one transaction. */
export const emitFor = (inScope: InScope, subjects: readonly string[], data: Record<string, unknown> = {}) =>
  inScope((scope) => scope.emit(subjects.map((subjectId) => ({ name: "time.approved", subjectId, data }))));

export type LogLine = { readonly level: keyof Log; readonly message: string } & LogFields;

export function recordingLog(): { readonly log: Log; readonly lines: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const write =
    (level: keyof Log) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ ...fields, level, message });
  return { log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") }, lines };
}
