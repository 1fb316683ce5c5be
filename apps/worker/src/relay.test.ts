import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import type { DueHint } from "@plumbline/platform/jobs/hint";
import { publishOutbox } from "@plumbline/platform/jobs/publish-outbox";
import { newId } from "@plumbline/platform/new-id";
import { openRelayPool } from "@plumbline/platform/relay-pool";
import { newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { relayOnce } from "./relay.ts";
import { emitFor, recordingLog } from "./test-kit.ts";

const database = useTestDatabase();
const routes = [{ event: "time.approved", job: "test-job", lane: "documents" }];
const patienceMs = 300;

afterEach(async () => {
  await database.current.admin.query("update outbox set published_at = now() where published_at is null");
  await database.current.admin.query("update jobs set state = 'done' where state in ('queued', 'running')");
});

it("hints at the jobs of a relay that was killed after it had inserted them", async () => {
  const { emit, round, close } = await openRelay();
  await emit(3);
  const killed = openRelayPool(database.current.relayUrl, { connectionsMax: 1 });
  expect(await publishOutbox(killed, { routes, eventsMax: 100 })).toBe(3);
  await killed.close();
  expect(await round()).toHaveLength(3);
  await close();
});

it("hints again at jobs whose hint was lost, after a while and not before", async () => {
  const { emit, round, lose, close } = await openRelay();
  await emit(3);
  lose(true);
  expect(await round()).toEqual([]);
  lose(false);
  expect(await round()).toEqual([]);
  await sleep(patienceMs);
  expect(await round()).toHaveLength(3);
  await close();
});

it("hints again at a run whose lease expired", async () => {
  const { emit, round, close } = await openRelay();
  await emit(1);
  await round();
  await database.current.admin.query(
    "update jobs set state = 'running', lease_until = now() - interval '1 second' where state = 'queued'",
  );
  await sleep(patienceMs);
  expect(await round()).toHaveLength(1);
  await close();
});

it("keeps no more hints unanswered than the lane may have, and shares them between tenants", async () => {
  const { emit, round, close } = await openRelay();
  const whale = await emit(300);
  const small = await emit(3);
  const by = (hints: readonly DueHint[], tenant: string) => hints.filter(({ tenantId }) => tenantId === tenant).length;
  const first = await round();
  expect([by(first, whale), by(first, small)]).toEqual([17, 3]);
  expect(await round()).toEqual([]);
  await close();
});

it("hints at one job of a subject at a time", async () => {
  const { inScope, round, close } = await openRelay();
  const subject = newId();
  await emitFor(inScope, [subject, subject, subject]);
  const [first, ...others] = await round();
  expect(others).toEqual([]);
  expect(await round()).toEqual([]);
  await database.current.admin.query("update jobs set state = 'failed' where event_id = $1", [first?.eventId]);
  expect(await round()).toHaveLength(1);
  await close();
});

it("publishes events that nobody is subscribed to, without a job", async () => {
  const { inScope, round, close } = await openRelay();
  await inScope((scope) => scope.emit([{ name: "invoice.drafted", subjectId: newId(), data: {} }]));
  expect(await round()).toEqual([]);
  const { rows } = await database.current.admin.query("select from outbox where published_at is null");
  expect(rows).toEqual([]);
  await close();
});

async function openRelay() {
  const relay = openRelayPool(database.current.relayUrl, { connectionsMax: 1 });
  let losing = false;
  let heard: DueHint[] = [];
  const queue = {
    hint: async (_: string, hints: readonly DueHint[]) => {
      if (losing) throw new Error("the connection is closed");
      heard.push(...hints);
    },
  };
  const firm = await newFirm(database.current.pool);
  return {
    inScope: await firm.as("importer"),
    /** Emits for `count` subjects of a fresh tenant. */
    emit: async (count: number) => {
      const inScope = await (await newFirm(database.current.pool)).as("importer");
      await emitFor(
        inScope,
        Array.from({ length: count }, () => newId()),
      );
      return inScope.tenantId;
    },
    lose: (yes: boolean) => void (losing = yes),
    round: async () => {
      heard = [];
      const lanes = { documents: { concurrency: 1, hintsMax: 20 } };
      await relayOnce({ relay, queue, routes, lanes, log: recordingLog().log, timing: { patienceMs } });
      return heard;
    },
    close: relay.close,
  };
}
