import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Problem } from "@plumbline/domain/problem";
import { queueKinds, startTestQueue, type TestQueue } from "@plumbline/testing/test-queue";
import { newId } from "@plumbline/platform/new-id";
import type { InScope } from "@plumbline/platform/scope";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import type { Job } from "./job.ts";
import { emitFor, recordingLog, testJob, testTiming } from "./test-kit.ts";
import { startWorker, type Worker } from "./worker.ts";

const database = useTestDatabase();
let started: Worker[] = [];

afterEach(async () => {
  await Promise.all(started.map((worker) => worker.stop()));
  started = [];
  await database.current.admin.query("update outbox set published_at = now() where published_at is null");
  await database.current.admin.query("update jobs set state = 'done' where state in ('queued', 'running')");
});

describe.each(queueKinds)("a worker on $kind", ({ kind, skip }) => {
  describe.skipIf(skip)(skip ? "(skipped: no redis-server on PATH)" : "with a server of its own", () => {
    let queue: TestQueue;
    beforeAll(async () => {
      queue = await startTestQueue(kind, database.current.adminUrl);
    });
    afterAll(() => queue.stop());

    it("turns an event into its job, run as the job's own actor in the event's tenant", async () => {
      const inScope = await newTenant();
      const seen: unknown[] = [];
      const worker = start([testJob(async (tools) => seen.push({ ...tools, ...tools.inScope }))]);
      const subject = newId();
      await emitFor(inScope, [subject]);
      await worker.idle();
      expect(seen).toMatchObject([
        { tenantId: inScope.tenantId, actor: { kind: "system", name: "document-renderer" }, subjectId: subject },
      ]);
    });

    it("shares work between two workers and two relays: every job once, one subject's in order", async () => {
      const inScope = await newTenant();
      const subjects = Array.from({ length: 40 }, () => newId());
      const runs: string[] = [];
      const record = testJob(async ({ subjectId }) => runs.push(subjectId));
      const workers = [start([record]), start([record])];
      for (let sequence = 1; sequence <= 4; sequence += 1) await emitFor(inScope, subjects);
      await Promise.all(workers.map((worker) => worker.idle()));
      expect(runs.toSorted()).toEqual([...subjects, ...subjects, ...subjects, ...subjects].toSorted());
      const { rows } = await database.current.admin.query(
        `select count(*)::int as jobs, max(generation) as generation,
                count(*) filter (where finished_at < before)::int as overtaken
           from (select *, lag(finished_at) over (partition by subject_id order by sequence) as before
                   from jobs where tenant_id = $1) j`,
        [inScope.tenantId],
      );
      expect(rows).toEqual([{ jobs: 160, generation: 1, overtaken: 0 }]);
    });

    it("lets a poisoned job fail alone", async () => {
      const inScope = await newTenant();
      const [refused, broken] = [newId(), newId()];
      const good = Array.from({ length: 38 }, () => newId());
      const worker = start([
        testJob(
          async ({ subjectId }) => {
            if (subjectId === refused) throw new Problem("reason-missing", { detail: "Say why." });
            if (subjectId === broken) throw new Error("out of order");
          },
          { attempts: 3 },
        ),
      ]);
      await emitFor(inScope, [refused, broken, ...good]);
      await worker.idle();
      expect(await states(inScope)).toEqual({ done: 38, failed: 2 });
      const { rows } = await database.current.admin.query(
        "select subject_id, attempts, failure from jobs where tenant_id = $1 and state = 'failed' order by attempts",
        [inScope.tenantId],
      );
      expect(rows).toEqual([
        { subject_id: refused, attempts: 1, failure: "Say why." },
        { subject_id: broken, attempts: 3, failure: "out of order" },
      ]);
    });

    it("serves a small tenant within the first few hundred jobs of a whale", async () => {
      const [whale, small] = [await newTenant(), await newTenant()];
      for (let part = 0; part < 10; part += 1)
        await emitFor(
          whale,
          Array.from({ length: 500 }, () => newId()),
        );
      const order: string[] = [];
      start([testJob(async ({ inScope }) => order.push(inScope.tenantId))]);
      while (order.length === 0) await sleep(5);
      await emitFor(
        small,
        Array.from({ length: 5 }, () => newId()),
      );
      const fromHere = order.length;
      while (order.filter((tenant) => tenant === small.tenantId).length < 5) await sleep(5);
      expect(order.lastIndexOf(small.tenantId) - fromHere).toBeLessThan(400);
    });

    it("finishes everything after the queue forgot it, and consumes again without a restart", async () => {
      const inScope = await newTenant();
      const runs: string[] = [];
      const worker = start([testJob(async ({ subjectId }) => void (await sleep(5), runs.push(subjectId)))]);
      const before = Array.from({ length: 60 }, () => newId());
      await emitFor(inScope, before);
      while (runs.length === 0) await sleep(5);
      await queue.flush();
      await worker.idle();
      expect(runs.toSorted()).toEqual(before.toSorted());

      const after = newId(); // While the worker sits idle at an empty queue.
      await queue.flush();
      await emitFor(inScope, [after]);
      await worker.idle();
      expect(runs.at(-1)).toBe(after);
    });

    it("consumes again after the queue was killed and came back", async () => {
      const inScope = await newTenant();
      const runs: string[] = [];
      const worker = start([testJob(async ({ subjectId }) => void (await sleep(5), runs.push(subjectId)))]);
      const before = Array.from({ length: 60 }, () => newId());
      await emitFor(inScope, before);
      while (runs.length === 0) await sleep(5);
      await queue.kill();
      const after = newId();
      await emitFor(inScope, [after]);
      await worker.idle();
      expect(runs.toSorted()).toEqual([...before, after].toSorted());
    });

    it("stops with nothing running, and another worker takes over what was given back", async () => {
      const inScope = await newTenant();
      let running = 0;
      const endless = testJob(async ({ signal }) => {
        running += 1;
        await sleep(60_000, undefined, { signal }).finally(() => (running -= 1));
      });
      const worker = start([endless], { stopWithinMs: 100 });
      await emitFor(
        inScope,
        Array.from({ length: 6 }, () => newId()),
      );
      while (running < 4) await sleep(5);
      await worker.stop();
      expect(running).toBe(0);
      expect(await states(inScope)).toEqual({ queued: 6 });
      await expect(worker.idle()).rejects.toThrow("stopped");

      await start([testJob(async () => undefined)]).idle();
      expect(await states(inScope)).toEqual({ done: 6 });
    });

    const start = (jobs: readonly Job[], timing: Partial<typeof testTiming> = {}): Worker => {
      const worker = startWorker({
        pool: database.current.pool,
        relayUrl: database.current.relayUrl,
        queue,
        log: recordingLog().log,
        jobs,
        subscriptions: { "time.approved": jobs.map(({ name }) => name) },
        timing: { ...testTiming, ...timing },
      });
      started.push(worker);
      return worker;
    };
  });
});

const newTenant = async (): Promise<InScope> => (await newFirm(database.current.pool)).as("importer");

async function states({ tenantId }: InScope): Promise<Record<string, number>> {
  const { rows } = await database.current.admin.query<{ state: string; jobs: number }>(
    "select state, count(*)::int as jobs from jobs where tenant_id = $1 group by state",
    [tenantId],
  );
  return Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
}
