import { expect, it } from "vitest";
import type { Subscriptions } from "./subscriptions.ts";
import { backoffMs } from "./timing.ts";
import { startWorker } from "./worker.ts";
import { recordingLog, testJob } from "./test-kit.ts";

it("does not compile with an event or a job that does not exist", () => {
  type Known = Subscriptions<"test-job">;
  const good = { "time.approved": ["test-job"] } satisfies Known;
  // @ts-expect-error There is no such event.
  const unknownEvent = { "time.aproved": ["test-job"] } satisfies Known;
  // @ts-expect-error There is no such job.
  const unknownJob = { "time.approved": ["tset-job"] } satisfies Known;
  expect([good, unknownEvent, unknownJob]).toHaveLength(3);
});

it("refuses at start to route to a job that was not handed in", () => {
  const start = () =>
    startWorker({
      // Never reached.
      pool: {} as never,
      relayUrl: "postgres://nowhere",
      queue: { kind: "redis", url: "redis://nowhere" },
      log: recordingLog().log,
      jobs: [testJob(async () => undefined)],
      subscriptions: { "time.approved": ["another-job"] },
    });
  expect(start).toThrow("time.approved leads to another-job");
});

it("waits longer after every attempt, up to the cap, and never at the same moment as others", () => {
  const timing = { backoffBaseMs: 1_000, backoffCapMs: 60_000 };
  const latest = [1, 2, 3, 10, 50].map((attempt) => backoffMs(attempt, timing, () => 1));
  expect(latest).toEqual([1_000, 2_000, 4_000, 60_000, 60_000]);
  expect(backoffMs(3, timing, () => 0)).toBe(0);
});
