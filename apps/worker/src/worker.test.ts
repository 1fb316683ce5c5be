import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { events } from "@plumbline/contract/events";
import { Problem } from "@plumbline/domain/problem";
import { queueKinds, startTestQueue, type TestQueue } from "@plumbline/platform/jobs/test-queue";
import type { Log, LogFields } from "@plumbline/platform/log";
import { newId } from "@plumbline/platform/new-id";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { type Job, type JobTools, job } from "./job.ts";
import { startWorker, type Worker } from "./worker.ts";

const database = useTestDatabase();
const timing = { leaseMs: 3_000, patienceMs: 1_000, backoffBaseMs: 20, stopWithinMs: 2_000, letGoWithinMs: 200 };

describe.each(queueKinds)("on $kind", ({ kind, skip }) => {
  describe.skipIf(skip)(skip ? "skipped: no redis-server on PATH" : "the worker", () => {
    let queue: TestQueue;
    beforeAll(async () => {
      queue = await startTestQueue(kind, database.current.adminUrl);
    });
    afterAll(() => queue.stop());

    it("turns an event into its job, run as the job's own actor", async () => {
      const firm = await newFirm(database.current.pool);
      const seen: string[] = [];
      const worker = start([
        testJob(
          async (tools) => void seen.push(`${tools.inScope.actor.name} ${tools.inScope.tenantId} ${tools.subjectId}`),
        ),
      ]);
      const subjectId = newId();
      await emit(firm, [subjectId]);
      await worker.idle();
      await worker.stop();
      expect(seen).toEqual([`document-renderer ${firm.tenantId} ${subjectId}`]);
    });

    const start = (jobs: readonly Job[], log: Log = silent): Worker =>
      startWorker({
        pool: database.current.pool,
        relayUrl: database.current.relayUrl,
        queue,
        log,
        jobs,
        subscriptions: { "time.approved": jobs.map(({ name }) => name) },
        timing,
      });
  });
});

const testJob = (run: (tools: JobTools) => Promise<void>, attempts = 3) =>
  job({
    name: "test-job",
    lane: "documents",
    actor: "document-renderer",
    event: events["time.approved"],
    attempts,
    run: (_, tools) => run(tools),
  });

const write = (message: string) => void message;
const silent: Log = { debug: write, info: write, warn: write, error: write };

async function emit(firm: Awaited<ReturnType<typeof newFirm>>, subjects: readonly string[]): Promise<void> {
  const inScope = await firm.as("importer");
  await inScope((scope) => scope.emit(subjects.map((subjectId) => ({ name: "time.approved", subjectId, data: {} }))));
}
