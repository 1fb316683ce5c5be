import type { z } from "zod";
import type { SystemActor } from "@plumbline/domain/access/roles";
import type { InScope } from "@plumbline/platform/scope";
import type { Lane } from "./lanes.ts";

export type JobTools = {
  /** Opens transactions as the job's system actor, in the tenant the event came from. */
  readonly inScope: InScope;
  /** What the event is about. */
  readonly subjectId: string;
  /** Aborted when the worker stops or the claim is lost: what is not committed by then must not be. */
  readonly signal: AbortSignal;
};

/** Told by a job that it is not its turn: it is put back untried and comes again after this long. */
export type Waits = { readonly waitMs: number };

/** A job as the runner sees it: whatever the event carries, it either runs or says why it cannot. */
export type Job<Name extends string = string> = {
  readonly name: Name;
  readonly lane: Lane;
  readonly actor: SystemActor;
  readonly attempts: number;
  readonly prepare: (
    data: unknown,
  ) => { readonly run: (tools: JobTools) => Promise<Waits | void> } | { readonly fault: string };
};

/**
 * Defines what an event leads to. It may run twice (a crash, a lost lease), so it must be safe to.
 *
 * A `Problem` thrown by `run` is final: the job fails with its sentence. Anything else is tried again, later and later.
 *
 * @param definition.attempts runs before the job fails for good, at least 1
 */
export function job<const Name extends string, Shape extends z.ZodType>(definition: {
  readonly name: Name;
  readonly lane: Lane;
  readonly actor: SystemActor;
  readonly event: Shape;
  readonly attempts: number;
  readonly run: (data: z.output<Shape>, tools: JobTools) => Promise<Waits | void>;
}): Job<Name> {
  const { event, run, ...rest } = definition;
  return {
    ...rest,
    prepare(data) {
      const parsed = event.safeParse(data);
      if (parsed.success) return { run: (tools) => run(parsed.data, tools) };
      // Paths only: values may be personal.
      const where = parsed.error.issues.map((issue) => issue.path.join(".") || "(the whole)");
      return { fault: `The event does not have the shape this job expects, at ${where.join(", ")}.` };
    },
  };
}
