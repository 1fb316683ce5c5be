import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { z } from "zod";
import { Problem } from "@plumbline/domain/problem";
import { claimJob } from "@plumbline/platform/jobs/claim-job";
import type { Hint } from "@plumbline/platform/jobs/hint";
import { publishOutbox } from "@plumbline/platform/jobs/publish-outbox";
import { recordOutcome } from "@plumbline/platform/jobs/record-outcome";
import { newId } from "@plumbline/platform/new-id";
import { openRelayPool } from "@plumbline/platform/relay-pool";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { type Job, job } from "./job.ts";
import { createJobRunner } from "./job-runner.ts";
import { emitFor, recordingLog, testJob, testTiming } from "./test-kit.ts";

const database = useTestDatabase();

it("runs a job again after its worker died, and ignores what the dead one says late", async () => {
  const { inScope, hint, row } = await queued([newId()]);
  const dead = await inScope((scope) => claimJob(scope.tx, { ...hint, leaseMs: 200 }));
  if (dead === undefined) throw new Error("the job was not free");
  const runs: string[] = [];
  const { runner } = runnerOf(testJob(async () => runs.push("second")));

  await runner.take(hint);
  expect(runs).toEqual([]); // The lease still holds.
  await sleep(250);
  await runner.take(hint);
  expect(runs).toEqual(["second"]);
  expect(await inScope((scope) => recordOutcome(scope.tx, dead, { kind: "failed", because: "late" }))).toBe(false);
  expect(await row()).toMatchObject({ state: "done", generation: 2, attempts: 2, failure: null });
});

it("keeps the lease of a long job, so that nobody else starts it", async () => {
  const { hint, row } = await queued([newId()]);
  let runs = 0;
  const slow = testJob(async () => {
    runs += 1;
    await sleep(900);
  });
  const timing = { ...testTiming, leaseMs: 400 };
  const first = runnerOf(slow, timing).runner.take(hint);
  await sleep(700);
  await runnerOf(slow, timing).runner.take(hint);
  await first;
  expect(runs).toBe(1);
  expect(await row()).toMatchObject({ state: "done", generation: 1 });
});

it("tells a job that has lost its claim to stop, and does not count its outcome", async () => {
  const { hint, row } = await queued([newId()]);
  const { runner, lines } = runnerOf(
    testJob(({ signal }) => new Promise((resolve) => signal.addEventListener("abort", resolve))),
    { ...testTiming, leaseMs: 300 },
  );
  const run = runner.take(hint);
  await sleep(150);
  await database.current.admin.query("update jobs set generation = generation + 1 where event_id = $1", [hint.eventId]);
  await run;
  expect(lines).toMatchObject([{ message: "job", outcome: "fenced" }]);
  expect(await row()).toMatchObject({ state: "running" });
});

it("fails at once with the sentence of a Problem", async () => {
  const { hint, row } = await queued([newId()]);
  const { runner } = runnerOf(
    testJob(async () => {
      throw new Problem("reason-missing", { detail: "Say why." });
    }),
  );
  await runner.take(hint);
  expect(await row()).toMatchObject({ state: "failed", attempts: 1, failure: "Say why." });
});

it("tries again after any other error, later, and fails after the last attempt", async () => {
  const { hint, row } = await queued([newId()]);
  const { runner, lines } = runnerOf(
    testJob(
      async () => {
        throw new TypeError("secret of a client");
      },
      { attempts: 3 },
    ),
  );
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await runner.take(hint);
    expect(await row()).toMatchObject({ state: attempt < 3 ? "queued" : "failed", attempts: attempt, hinted_at: null });
    await sleep(testTiming.backoffCapMs + 10);
  }
  expect(lines.map(({ level, outcome, attempt }) => [level, outcome, attempt])).toEqual([
    ["warn", "retry", 1],
    ["warn", "retry", 2],
    ["error", "failed", 3],
  ]);
  expect(JSON.stringify(lines)).not.toContain("secret of a client");
});

it("fails a job that ends its process every time, instead of trying for ever", async () => {
  const { hint, row, inScope } = await queued([newId()]);
  for (const _ of [1, 2]) {
    await inScope((scope) => claimJob(scope.tx, { ...hint, leaseMs: 1 }));
    await sleep(5);
  }
  let runs = 0;
  await runnerOf(testJob(async () => (runs += 1), { attempts: 2 })).runner.take(hint);
  expect(runs).toBe(0);
  expect(await row()).toMatchObject({ state: "failed", failure: expect.stringContaining("without an answer") });
});

it("refuses an event of another shape, naming where and never what", async () => {
  const { hint, row } = await queued([newId()], { number: 4711 });
  const picky = job({
    name: "test-job",
    lane: "documents",
    actor: "document-renderer",
    event: z.object({ number: z.string() }),
    attempts: 3,
    run: async () => undefined,
  });
  await runnerOf(picky).runner.take(hint);
  const { failure, state } = await row();
  expect([state, failure]).toEqual(["failed", "The event does not have the shape this job expects, at number."]);
});

it("writes one line per run, without the event's data", async () => {
  const subject = newId();
  const { hint, inScope } = await queued([subject], { secret: "4711" });
  const { runner, lines } = runnerOf(testJob(async () => undefined));
  await runner.take(hint);
  expect(lines).toEqual([
    {
      level: "info",
      message: "job",
      tenant: inScope.tenantId,
      job: "test-job",
      subject,
      attempt: 1,
      outcome: "done",
      ms: expect.any(Number),
    },
  ]);
});

it("makes the second event of a subject wait for the first one's job", async () => {
  const subject = newId();
  const { hint, successor } = await queued([subject, subject]);
  const runs: string[] = [];
  const { runner } = runnerOf(testJob(async () => runs.push("ran")));
  await runner.take(successor);
  expect(runs).toEqual([]);
  await runner.take(hint);
  await runner.take(successor);
  expect(runs).toEqual(["ran", "ran"]);
});

it("gives a job back untried when the worker stops, and does nothing with later hints", async () => {
  const { hint, row } = await queued([newId()]);
  const { runner } = runnerOf(
    testJob(async ({ signal }) => {
      await sleep(60_000, undefined, { signal });
    }),
    { ...testTiming, stopWithinMs: 100 },
  );
  const run = runner.take(hint);
  await sleep(50);
  expect(await runner.stop()).toBe(0);
  await run;
  expect(await row()).toMatchObject({ state: "queued", attempts: 0, hinted_at: null, lease_until: null });
  await runner.take(hint);
  expect(await row()).toMatchObject({ state: "queued", generation: 1 });
});

it("stops in bounded time beside a job that does not let go, and says so", async () => {
  const { hint, row } = await queued([newId()]);
  const { runner } = runnerOf(
    testJob(() => sleep(1_500)),
    { ...testTiming, stopWithinMs: 50, letGoWithinMs: 50 },
  );
  const run = runner.take(hint);
  await sleep(50);
  const asked = performance.now();
  expect(await runner.stop()).toBe(1);
  expect(performance.now() - asked).toBeLessThan(1_000);
  expect(await row()).toMatchObject({ state: "running" });
  await run;
});

function runnerOf(job: Job, timing = testTiming) {
  const { log, lines } = recordingLog();
  const runner = createJobRunner({ pool: database.current.pool, jobs: [job], log, timing, finished: () => undefined });
  return { runner, lines };
}

/** A fresh tenant with one queued job per subject; `hint` and `row` are the first one's. */
async function queued(subjects: readonly string[], data: Record<string, unknown> = {}) {
  const firm = await newFirm(database.current.pool);
  const inScope = await firm.as("document-renderer");
  await emitFor(inScope, subjects, data);
  const relay = openRelayPool(database.current.relayUrl, { connectionsMax: 1 });
  await publishOutbox(relay, {
    routes: [{ event: "time.approved", job: "test-job", lane: "documents" }],
    eventsMax: 100,
  });
  await relay.close();
  const { admin } = database.current;
  const { rows } = await admin.query<Hint>(
    `select tenant_id as "tenantId", event_id as "eventId", name as job from jobs where tenant_id = $1 order by sequence`,
    [firm.tenantId],
  );
  const [hint, successor = hint] = rows;
  if (hint === undefined || successor === undefined) throw new Error("no job was queued");
  const row = async () =>
    (await admin.query<Record<string, unknown>>("select * from jobs where event_id = $1", [hint.eventId])).rows[0] ??
    {};
  return { inScope, hint, successor, row };
}
