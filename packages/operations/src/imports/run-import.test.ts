import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { ImportKind } from "@plumbline/contract/import-row";
import { sha256 } from "@plumbline/platform/hash";
import type { InScope } from "@plumbline/platform/scope";
import { type Firm, newFirm } from "@plumbline/testing/firm";
import { useTestDatabase } from "@plumbline/testing/test-database";
import { findImport } from "./find-import.ts";
import { importFile } from "./import-file.ts";
import { receiveImport } from "./receive-import.ts";
import { runImport } from "./run-import.ts";

const database = useTestDatabase();

const receive = async (firm: Firm, kind: ImportKind, system = "csv") =>
  (await firm.as("coordinator"))((scope) =>
    receiveImport(scope, {
      kind,
      system,
      fileName: `${kind}.csv`,
      kept: { storageKey: `x/${kind}`, fileHash: sha256(kind) },
    }),
  );
const find = async (firm: Firm, importId: string) =>
  (await firm.as("coordinator"))((scope) => findImport(scope, { importId }));

/** Workers with a bad one and one that comes twice among them. */
const workersCsv = (count: number, fault?: { readonly afterRows: number; readonly error: Error }) =>
  async function* () {
    yield Buffer.from("worker_key,name\n");
    for (let n = 0; n < count; n += 1) {
      if (n === fault?.afterRows) throw fault.error;
      const key = n === 5_500 ? "w1" : `w${n}`;
      yield Buffer.from(`${key},${n === 3 ? "" : `Worker ${n}`}\n`);
    }
  };
/** As `open`, with something happening before the rest is sent. */
const pausing = (open: ReturnType<typeof workersCsv>, afterChunks: number, pause: () => Promise<void>) =>
  async function* () {
    let sent = 0;
    for await (const chunk of open()) {
      if (sent === afterChunks) await pause();
      sent += 1;
      yield chunk;
    }
  };

async function settledRows(firm: Firm, importId: string, rows: number): Promise<number> {
  for (;;) {
    const { rowsRead } = await find(firm, importId);
    if (rowsRead >= rows) return rowsRead;
    await sleep(20);
  }
}

const run = async (inScope: InScope, importId: string, open: () => AsyncIterable<Uint8Array>, signal?: AbortSignal) =>
  runImport(inScope, { importId, open, ...(signal && { signal }) });

it("says how far it is after each batch, and what became of every row at the end", async () => {
  const firm = await newFirm(database.current.pool);
  const importId = await receive(firm, "workers");
  expect(await find(firm, importId)).toMatchObject({ state: "queued", rowsRead: 0, startedBy: "Cora Coordinator" });
  const seen: number[] = [];
  const watched = pausing(workersCsv(12_000), 9_999, async () => {
    seen.push(await settledRows(firm, importId, 5_000));
  });
  expect(await run(await firm.as("importer"), importId, watched)).toBe("over");
  expect(seen).toEqual([5_000]);
  expect(await find(firm, importId)).toMatchObject({
    state: "done",
    rowsRead: 12_000,
    rowsAdded: 11_998,
    rowsQuarantined: 2,
    fileHash: sha256("workers"),
    finishedAt: expect.any(String),
  });
});

it("goes on where a broken-off worker stopped, as if it had never stopped", async () => {
  const firm = await newFirm(database.current.pool);
  const importer = await firm.as("importer");
  const importId = await receive(firm, "workers");
  const broken = workersCsv(12_000, { afterRows: 11_000, error: new Error("the disk went away") });
  await expect(run(importer, importId, broken)).rejects.toThrow("the disk went away");
  expect(await find(firm, importId)).toMatchObject({ state: "running", rowsRead: 10_000 });

  expect(await run(importer, importId, workersCsv(12_000))).toBe("over");
  expect(await find(firm, importId)).toMatchObject({ state: "done", rowsRead: 12_000, rowsAdded: 11_998 });
  const { rows } = await database.current.admin.query(
    "select count(*)::int, count(distinct name)::int as names from workers where tenant_id = $1",
    [firm.tenantId],
  );
  expect(rows).toEqual([{ count: 11_998, names: 11_998 }]);
  expect(await run(importer, importId, workersCsv(12_000))).toBe("over");
});

it("breaks off between two batches when its worker stops, and can be taken again at once", async () => {
  const firm = await newFirm(database.current.pool);
  const importer = await firm.as("importer");
  const importId = await receive(firm, "workers");
  const stopping = new AbortController();
  const stopped = pausing(workersCsv(12_000), 9_000, async () => stopping.abort(new Error("the worker is stopping")));
  await expect(run(importer, importId, stopped, stopping.signal)).rejects.toThrow("the worker is stopping");
  expect(await run(importer, importId, workersCsv(12_000))).toBe("over");
  expect(await find(firm, importId)).toMatchObject({ state: "done", rowsRead: 12_000, rowsAdded: 11_998 });
});

it("writes nothing for a worker whose import another one has carried on", async () => {
  const firm = await newFirm(database.current.pool);
  const importId = await receive(firm, "workers");
  const lost = pausing(workersCsv(12_000), 9_999, async () => {
    await settledRows(firm, importId, 5_000);
    const takeOver = "update imports set rows_read = rows_read + 1, rows_added = rows_added + 1 where id = $1";
    await database.current.admin.query(takeOver, [importId]);
  });
  expect(await run(await firm.as("importer"), importId, lost)).toBe("must wait");
  expect(await find(firm, importId)).toMatchObject({ state: "running", rowsRead: 5_001 });
});

it("takes files of one system in as they were sent, and those of another whenever", async () => {
  const firm = await newFirm(database.current.pool);
  const importer = await firm.as("importer");
  const [clients, workers, others] = [
    await receive(firm, "clients"),
    await receive(firm, "workers"),
    await receive(firm, "workers", "other"),
  ];
  expect(await run(importer, workers, workersCsv(3))).toBe("must wait");
  expect(await run(importer, others, workersCsv(3))).toBe("over");
  const unreadable = async function* () {
    yield Buffer.from("nothing,of,use\n");
  };
  expect(await run(importer, clients, unreadable)).toBe("over");
  expect(await find(firm, clients)).toMatchObject({
    state: "failed",
    failure: "An import of clients needs the columns client_key, name, which the file does not have.",
  });
  expect(await run(importer, workers, workersCsv(3))).toBe("over");
  expect(await find(firm, workers)).toMatchObject({ state: "done", rowsAdded: 3 });
});

it("takes one import of a system and kind at a time, so that the same file sent twice is taken in once", async () => {
  const firm = await newFirm(database.current.pool);
  const importer = await firm.as("importer");
  const open: string[] = [];
  const take = (fileName: string) =>
    importFile(importer, {
      kind: "workers",
      system: "csv",
      fileName,
      source: workersCsv(6_000)(),
      onProgress: () => open.push(fileName),
    });
  const both = await Promise.all([take("first.csv"), take("second.csv")]);
  expect(both.reduce((sum, { added }) => sum + added, 0)).toBe(5_998);
  expect(both.reduce((sum, { unchanged }) => sum + unchanged, 0)).toBe(5_998);
  expect(open).toHaveLength(4);
  expect([open[0], open[2]]).toEqual([open[1], open[3]]);
});

it("fails by itself when the kept file is gone, and can be tried again", async () => {
  const firm = await newFirm(database.current.pool);
  const importId = await receive(firm, "workers");
  const gone = run(await firm.as("importer"), importId, () => createReadStream("/nowhere/at/all"));
  await expect(gone).rejects.toMatchObject({ code: "ENOENT" });
  expect(await run(await firm.as("importer"), importId, workersCsv(3))).toBe("over");
});

it("gives an import up that gets no further, and says so without saying more", async () => {
  const firm = await newFirm(database.current.pool);
  const importer = await firm.as("importer");
  const importId = await receive(firm, "workers");
  const broken = workersCsv(20, { afterRows: 9, error: new Error("ENOENT: /secret/place") });
  for (let tries = 1; tries <= 5; tries += 1) {
    await expect(run(importer, importId, broken)).rejects.toThrow("ENOENT");
  }
  expect(await run(importer, importId, broken)).toBe("over");
  expect(await find(firm, importId)).toMatchObject({
    state: "failed",
    failure: "It broke off after 0 rows by no fault of the file. Those stay; send the file again for the rest.",
  });
});

it("refuses who may not import, and shows nothing of another firm", async () => {
  const firm = await newFirm(database.current.pool);
  const importId = await receive(firm, "workers");
  const auditor = await firm.as("auditor");
  const kept = { storageKey: "x", fileHash: sha256("x") };
  const input = { kind: "workers", system: "csv", fileName: "w.csv", kept } as const;
  await expect(auditor((scope) => receiveImport(scope, input))).rejects.toMatchObject({ kind: "permission-missing" });
  await expect(run(auditor, importId, workersCsv(1))).rejects.toMatchObject({ kind: "permission-missing" });
  const other = await newFirm(database.current.pool);
  await expect(find(other, importId)).rejects.toMatchObject({ kind: "import-not-found" });
  expect(await run(await other.as("importer"), importId, workersCsv(1))).toBe("over");
  expect(await find(firm, importId)).toMatchObject({ state: "queued" });
});
