import { expect, it } from "vitest";
import type { Schemas } from "@plumbline/client/client";
import { followRun } from "./billing-run.ts";
import type { Connection } from "./connection/connect.ts";
import { plain } from "./printing/style.ts";
import type { Call } from "./verb.ts";

const run: Schemas["BillingRun"] = {
  id: "0192f3b8-6a40-7c11-9d2e-3f5a7b9c1d00",
  state: "running",
  period: { start: "2026-10-01", end: "2026-11-01" },
  clientsTotal: 12,
  clientsDone: 3,
  entries: 240,
  drafts: 3,
  cancelRequested: false,
  startedBy: "Cora Coordinator",
  createdAt: "2026-11-03T10:15:00.000Z",
};

/** A run that is in these states when it is looked at, one after the other. */
function watch(states: readonly (typeof run.state)[], stop = new AbortController()) {
  const left = [...states];
  const told: string[] = [];
  const connection = {
    // The client is not asked; what it would tell is given at once.
    ask: async () => ({ ...run, state: left.shift() ?? "running", failure: "The policy was withdrawn" }),
  } as unknown as Connection;
  const call = {
    progress: { update: (line: string) => void told.push(line), end: () => undefined },
    note: (line: string) => void told.push(line),
    world: { onStop: () => stop.signal },
  } as unknown as Call;
  return { told, answer: followRun(call, connection, run.id) };
}

it("shows how far a run is until it is over", async () => {
  const { told, answer } = watch(["queued", "running", "done"]);
  expect((await answer).exit).toBe("done");
  expect(told.slice(0, 2)).toEqual(["The run waits for a worker", "3 of 12 clients, 240 entries, 3 drafts"]);
  expect((await answer).lines(plain)[0]).toBe("2026-10 done: 3 of 12 clients, 240 entries looked at, 3 drafts");
});

it("leaves the run running when it is stopped, and says how to follow and to cancel it", async () => {
  const stop = new AbortController();
  stop.abort();
  const { told, answer } = watch(["running"], stop);
  expect((await answer).exit).toBe("partly");
  expect(told.join("\n")).toContain(`plumb bill follow ${run.id}`);
  expect(told.join("\n")).toContain(`plumb bill cancel ${run.id}`);
});

it("fails with the run, and calls a cancelled one done in part", async () => {
  await expect(watch(["failed"]).answer).rejects.toMatchObject({
    exit: "failed",
    message: "The run failed: The policy was withdrawn.",
  });
  expect((await watch(["cancelled"]).answer).exit).toBe("partly");
});
