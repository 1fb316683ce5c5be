import { importFile } from "@plumbline/operations/imports/import-file";
import { openTestDatabase, type TestDatabase } from "@plumbline/testing/database";
import type { Firm } from "@plumbline/testing/firm";
import { startTestServer, type TestServer } from "@plumbline/testing/test-server";
import { defineProof } from "../proof.ts";
import { prepareBareImport } from "./bare-import.ts";
import { entriesCsv, firmAwaitingTime } from "./imported-entries.ts";

const ratioMin = 0.5;
const rounds = 3;

/** `--entries N` for another size. */
export const proof = defineProof({
  promise: `importing time entries reaches at least ${ratioMin} of the rows a second of a bare multi-row insert, and importing them again moves nothing`,
  run: async ({ short, flag, say }) => {
    const rows = Number(flag("entries") ?? (short ? 20_000 : 200_000));
    const { server, stop } = await startTestServer({ durable: true, say });
    try {
      const results: Awaited<ReturnType<typeof measureRound>>[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        results.push(await measureRound(server, rows, round));
        say(`round ${round} of ${rounds}: ${JSON.stringify(results.at(-1))}`);
      }
      const ratio = median(results.map(({ bareMs, oursMs }) => bareMs / oursMs));
      const complete = results.every((result) => result.complete);
      const nothingMoved = results.every((result) => result.nothingMoved);
      const perSecond = (name: "bareMs" | "oursMs" | "againMs") =>
        Math.round(rows / (median(results.map((result) => result[name])) / 1000));
      return {
        ok: complete && nothingMoved && ratio >= ratioMin,
        figures: {
          rows,
          rounds,
          bareRowsPerSecond: perSecond("bareMs"),
          oursRowsPerSecond: perSecond("oursMs"),
          ratio: round2(ratio),
          ratioMin,
          againRowsPerSecond: perSecond("againMs"),
          complete,
          nothingMoved,
          rssMb: Math.max(...results.map(({ rssMb }) => rssMb)),
        },
      };
    } finally {
      await stop();
    }
  },
});

/** Each contender gets a new database; who goes first alternates, so that a warming or tiring machine favours neither. */
async function measureRound(server: TestServer, rows: number, round: number) {
  const contenders = [
    async () => ({ bareMs: await inNewFirm(server, (database, firm) => measureBare(database, firm, rows)) }),
    () => inNewFirm(server, (database, firm) => measureOurs(database, firm, rows)),
  ] as const;
  if (round % 2 === 1) {
    const bare = await contenders[0]();
    return { ...bare, ...(await contenders[1]()) };
  }
  const ours = await contenders[1]();
  return { ...(await contenders[0]()), ...ours };
}

async function inNewFirm<T>(server: TestServer, measure: (database: TestDatabase, firm: Firm) => Promise<T>) {
  const database = await openTestDatabase(server);
  try {
    const firm = await firmAwaitingTime(database);
    await database.admin.query("vacuum analyze");
    await database.admin.query("checkpoint");
    return await measure(database, firm);
  } finally {
    await database.close();
  }
}

async function measureBare({ admin }: TestDatabase, firm: Firm, rows: number): Promise<number> {
  const writeAll = await prepareBareImport(admin, firm.tenantId, rows);
  return timed(writeAll);
}

async function measureOurs({ admin }: TestDatabase, firm: Firm, rows: number) {
  const importer = await firm.as("importer");
  const takeIn = () =>
    importFile(importer, {
      kind: "time_entries",
      system: "test",
      fileName: "time.csv",
      // A file's chunks arrive one at a time; the generator only saves writing the file first.
      source: entriesCsv(rows) as unknown as AsyncIterable<Uint8Array>,
    });
  let rssMb = 0;
  let first: Awaited<ReturnType<typeof takeIn>> | undefined;
  let again: Awaited<ReturnType<typeof takeIn>> | undefined;
  const memory = setInterval(() => (rssMb = Math.max(rssMb, process.memoryUsage.rss() / 2 ** 20)), memorySampleMs);
  const oursMs = await timed(async () => (first = await takeIn()));
  const againMs = await timed(async () => (again = await takeIn()));
  clearInterval(memory);
  const { rows: stored } = await admin.query<{ work: number; details: number; refs: number }>(`
    select (select count(*)::int from work_items) as work, (select count(*)::int from time_entries) as details,
           (select count(*)::int from external_refs where kind = 'time_entries') as refs`);
  const complete = first?.added === rows && Object.values(stored[0] ?? {}).every((count) => count === rows);
  return { oursMs, againMs, complete, nothingMoved: again?.unchanged === rows, rssMb: Math.round(rssMb) };
}

const memorySampleMs = 50;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

const round2 = (value: number) => Math.round(value * 100) / 100;
