import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ImportKind } from "@plumbline/contract/import-row";
import { listImports } from "@plumbline/operations/imports/list-imports";
import { receiveImport } from "@plumbline/operations/imports/receive-import";
import { openStorage, type Storage } from "@plumbline/platform/storage";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { startTestQueue, type TestQueue } from "@plumbline/testing/test-queue";
import { subscriptions } from "../subscriptions.ts";
import { recordingLog, testTiming } from "../test-kit.ts";
import { startWorker, type Worker } from "../worker.ts";
import { runImport } from "./run-import.ts";

const database = useTestDatabase();
let folder = "";
let storage: Storage;
let queue: TestQueue;
let worker: Worker | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-import-"));
  storage = openStorage(folder);
  queue = await startTestQueue("postgres", database.current.adminUrl);
});
afterAll(async () => {
  await worker?.stop();
  await queue.stop();
  await rm(folder, { recursive: true, force: true });
});

async function send(firm: Firm, kind: ImportKind, csv: string): Promise<string> {
  const source = (async function* () {
    yield Buffer.from(csv);
  })();
  const { storageKey, hash } = await storage.keep(`${firm.slug}/uploads`, source, { bytesMax: 10_000 });
  const kept = { storageKey, fileHash: hash };
  const coordinator = await firm.as("coordinator");
  return coordinator((scope) => receiveImport(scope, { kind, system: "csv", fileName: `${kind}.csv`, kept }));
}

it("takes files that were sent all at once in one after another, so that each finds what it refers to", async () => {
  const firm = await newFirm(database.current.pool);
  await send(firm, "clients", "client_key,name\nc1,Bright\n");
  await send(firm, "engagements", "engagement_key,client_key,code\ne1,c1,E-1\n");
  await send(firm, "projects", "project_key,engagement_key,name\np1,e1,Move\n");
  await send(firm, "workers", "worker_key\nw1\n");
  await send(firm, "time_entries", "entry_key,worker_key,project_key,work_date,hours\nt1,w1,p1,2026-10-01,1\n");
  worker = startWorker({
    pool: database.current.pool,
    relayUrl: database.current.relayUrl,
    queue,
    log: recordingLog().log,
    jobs: [runImport({ storage })],
    subscriptions: { "import.received": subscriptions["import.received"] },
    timing: testTiming,
  });
  await worker.idle();
  const coordinator = await firm.as("coordinator");
  const { items } = await coordinator((scope) => listImports(scope, { limit: 10 }));
  expect(items.map(({ kind, state, rowsAdded, rowsQuarantined }) => [kind, state, rowsAdded, rowsQuarantined])).toEqual(
    [
      ["time_entries", "done", 0, 1],
      ["workers", "failed", 0, 0],
      ["projects", "done", 1, 0],
      ["engagements", "done", 1, 0],
      ["clients", "done", 1, 0],
    ],
  );
  const { rows } = await database.current.admin.query("select distinct state from jobs where name = 'run-import'");
  expect(rows).toEqual([{ state: "done" }]);
});
