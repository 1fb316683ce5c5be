import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useTestDatabase } from "@plumbline/testing/test-database";
import type { DueHint, Hint } from "./jobs/hint.ts";
import { queueKinds, startTestQueue, type TestQueue } from "@plumbline/testing/test-queue";
import { newId } from "./new-id.ts";
import { openQueue, queueAddress } from "./queue.ts";

const database = useTestDatabase();
const lane = "documents";

it("tells the kind of a queue by its address", () => {
  const kinds = ["redis://h:1", "rediss://h:1", "postgres://h/d", "postgresql://h/d"].map(
    (url) => queueAddress(url).kind,
  );
  expect(kinds).toEqual(["redis", "redis", "postgres", "postgres"]);
});

describe.each(queueKinds)("a queue on $kind", ({ kind, skip }) => {
  describe.skipIf(skip)(skip ? "(skipped: no redis-server on PATH)" : "with a server of its own", () => {
    let server: TestQueue;
    beforeAll(async () => {
      server = await startTestQueue(kind, database.current.adminUrl);
    });
    afterAll(() => server.stop());

    it("carries ids and nothing else", async () => {
      const { queue, taken, close } = consumer();
      const hint = newHint();
      await queue.hint(lane, [hint]);
      await until(() => taken.length > 0);
      expect(taken).toEqual([{ tenantId: hint.tenantId, eventId: hint.eventId, job: hint.job }]);
      await close();
    });

    it("does not pile up copies of a hint that still waits", async () => {
      const queue = open();
      const hint = newHint();
      for (let copy = 0; copy < 5; copy += 1) await queue.hint(lane, [hint]);
      const { taken, close } = consumer();
      await until(() => taken.length > 0);
      await sleep(200);
      // Two when the clock has passed a hint's lifetime in between.
      expect(taken.length).toBeLessThanOrEqual(2);
      await close();
      await queue.close();
    });

    it("keeps no trace of hints that were followed, so that the same may come again", async () => {
      const { queue, taken, close } = consumer();
      const hint = newHint();
      for (const times of [1, 2, 3]) {
        await queue.hint(lane, [hint]);
        await until(() => taken.length === times);
        await sleep(50); // Until its end is recorded as well.
      }
      expect(taken).toHaveLength(3);
      await close();
    });

    it("runs as many at once as the lane may, and no more", async () => {
      let running = 0;
      let most = 0;
      const { queue, taken, close } = consumer(async () => {
        most = Math.max(most, (running += 1));
        await sleep(20);
        running -= 1;
      });
      await queue.hint(lane, Array.from({ length: 30 }, newHint));
      await until(() => taken.length === 30 && running === 0);
      expect(most).toBe(3);
      await close();
    });

    it("takes nothing more once paused", async () => {
      const { queue, taken, close, pause } = consumer();
      await pause();
      await queue.hint(lane, [newHint()]);
      await sleep(200);
      expect(taken).toEqual([]);
      await close();
      const next = consumer();
      await until(() => next.taken.length === 1);
      await next.close();
    });

    it("closes in bounded time when its server is gone", async () => {
      const gone = await startTestQueue(kind, database.current.adminUrl);
      const queue = openQueue(gone, { report: () => undefined });
      const worker = queue.consume(lane, 1, async () => undefined);
      await queue.hint(lane, [newHint()]);
      await gone.stop();
      const asked = performance.now();
      await worker.pause();
      await worker.close({ force: false });
      await queue.close();
      expect(performance.now() - asked).toBeLessThan(6_000);
    });

    const open = () => openQueue(server, { report: () => undefined });
    const consumer = (work: () => Promise<void> = async () => undefined) => {
      const queue = open();
      const taken: Hint[] = [];
      const worker = queue.consume(lane, 3, async (hint) => {
        taken.push(hint);
        await work();
      });
      const close = async () => {
        await worker.close({ force: false });
        await queue.close();
      };
      return { queue, taken, close, pause: worker.pause };
    };
  });
});

it("says soon that nobody answers, instead of holding up the relay", async () => {
  const queue = openQueue({ kind: "redis", url: "redis://127.0.0.1:1" }, { report: () => undefined });
  await expect(queue.hint(lane, [newHint()])).rejects.toThrow(/did not answer|closed/);
  await queue.close();
});

const newHint = (): DueHint => ({ tenantId: newId(), eventId: newId(), job: "test-job", attempts: 0 });

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}
