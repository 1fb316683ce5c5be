import { setTimeout as sleep } from "node:timers/promises";
import type { InScope, Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { importBatch } from "./import-batch.ts";
import { importKindSpecs } from "./import-kinds.ts";
import { advanceImport, type Import } from "./import-store.ts";
import { quarantineRows } from "./quarantine-rows.ts";
import { loadReferences, type References } from "./references.ts";
import { type RawRow, readRow } from "./row-reader.ts";

const batchRows = 5_000;
const turnPollMs = 200;

export type TakeOptions = {
  readonly onProgress?: (rowsRead: number) => void;
  /** Aborted when the worker stops: the import breaks off between two batches and is left for the next worker. */
  readonly signal?: AbortSignal;
};

/** Thrown so that the batch is rolled back: somebody else has moved the import's place. */
const takenOver = new Error("another worker carries this import on");

/**
 * Takes rows in, a batch to a transaction, which also records the place in the file: an import that breaks off goes on
 * where it stopped. One import of a system and kind at a time; another waits for its turn.
 *
 * @returns the import at its new place, or undefined when it was taken over
 */
export async function takeRows(
  inScope: InScope,
  taken: Import,
  rows: AsyncIterable<RawRow>,
  options: TakeOptions,
): Promise<Import | undefined> {
  return inScope(async (guard) => {
    await takeTurn(guard, taken, options.signal);
    try {
      return await takeBatches(inScope, taken, rows, options);
    } catch (error) {
      if (error === takenOver) return undefined;
      throw error;
    }
  });
}

/** The turn lasts as long as the guarding transaction, which holds no snapshot and writes nothing, or its connection. */
async function takeTurn({ tx, tenantId }: Scope, { system, kind }: Import, signal?: AbortSignal): Promise<void> {
  const sql = "select pg_try_advisory_xact_lock(hashtextextended(?, 2)) as ours";
  while (!(await queryOne<{ ours: boolean }>(tx, sql, [`${tenantId} ${system} ${kind}`])).ours) {
    await sleep(turnPollMs, undefined, signal && { signal });
  }
}

async function takeBatches(
  inScope: InScope,
  taken: Import,
  rows: AsyncIterable<RawRow>,
  { onProgress, signal }: TakeOptions,
): Promise<Import> {
  const references = await inScope((scope) => loadReferences(scope.tx, taken.system));
  const seen = new Set<string>();
  let at = taken;
  let batch: RawRow[] = [];
  const flush = async () => {
    signal?.throwIfAborted();
    const settled = batch;
    await inScope((scope) => settle(scope, at, { references, seen, rows: settled }));
    at = { ...at, rowsRead: at.rowsRead + settled.length };
    batch = [];
    onProgress?.(at.rowsRead);
  };
  for await (const row of withoutSettled(inScope, taken, rows, seen)) {
    batch.push(row);
    if (batch.length === batchRows) await flush();
  }
  if (batch.length > 0) await flush();
  return at;
}

async function settle(
  scope: Scope,
  at: Import,
  batch: { readonly references: References; readonly seen: Set<string>; readonly rows: readonly RawRow[] },
): Promise<void> {
  const { id: importId, system, kind } = at;
  const result = await importBatch(scope, { importId, system, kind, spec: importKindSpecs[kind], ...batch });
  await quarantineRows(scope, importId, result.quarantined);
  const advanced = await advanceImport(scope.tx, at, { rows: batch.rows.length, ...result });
  if (!advanced) throw takenOver;
}

/** Leaves out the rows that an earlier worker settled; their keys have been seen in this file all the same. */
async function* withoutSettled(
  inScope: InScope,
  { id, kind, rowsRead }: Import,
  rows: AsyncIterable<RawRow>,
  seen: Set<string>,
): AsyncGenerator<RawRow> {
  const bad = rowsRead === 0 ? new Set<number>() : await inScope((scope) => quarantinedLines(scope, id));
  let place = 0;
  for await (const row of rows) {
    place += 1;
    if (place > rowsRead) yield row;
    else if (!bad.has(row.line)) seen.add(importKindSpecs[kind].key(readRow(row)));
  }
}

async function quarantinedLines({ tx }: Scope, importId: string): Promise<Set<number>> {
  const rows = await query<{ line: number }>(tx, "select line from quarantined_rows where import_id = ?", [importId]);
  return new Set(rows.map(({ line }) => line));
}
