import type { Schemas } from "@plumbline/client/client";
import type { Connection } from "./connection/connect.ts";
import { Failure } from "./failure.ts";
import { poll } from "./poll.ts";
import { count, counted, period } from "./printing/words.ts";
import type { Answer, Call } from "./verb.ts";

type BillingRun = Schemas["BillingRun"];

/** Follows a run to its end. Ctrl-C leaves it running. */
export async function followRun(
  { progress, world, note }: Pick<Call, "progress" | "world" | "note">,
  { ask }: Connection,
  billingRunId: string,
): Promise<Answer> {
  const run = await poll(
    () => ask((client) => client.GET("/v1/billing-runs/{billingRunId}", { params: { path: { billingRunId } } })),
    { isOver, onSeen: (seen) => progress.update(progressLine(seen)), stop: world.onStop() },
  );
  if (!isOver(run)) {
    note(`The run goes on without you. Follow it with: plumb bill follow ${run.id}`);
    note(`                             Cancel it with: plumb bill cancel ${run.id}`);
  }
  if (run.state === "failed") throw new Failure("failed", `The run failed: ${run.failure ?? "no reason was kept"}.`);
  return runAnswer(run);
}

export const isOver = ({ state }: BillingRun): boolean => state !== "queued" && state !== "running";

const progressLine = (run: BillingRun): string =>
  run.state === "queued"
    ? "The run waits for a worker"
    : `${run.clientsDone} of ${counted(run.clientsTotal, "client")}, ${counted(run.entries, "entry", "entries")}, ${counted(run.drafts, "draft")}`;

function runAnswer(run: BillingRun): Answer {
  return {
    document: run,
    exit: run.state === "done" ? "done" : "partly",
    lines: (style) => [
      `${style.strong(period(run.period))} ${run.state}: ${count(run.clientsDone)} of ${counted(run.clientsTotal, "client")}, ` +
        `${counted(run.entries, "entry", "entries")} looked at, ${style.good(counted(run.drafts, "draft"))}`,
      ...(run.state === "done" ? ["See them with: plumb list --stage draft   What was left out: plumb stuck"] : []),
    ],
  };
}
