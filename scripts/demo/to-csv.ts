import { type ImportField, importColumns } from "@plumbline/contract/import-row";
import { type DemoRequest, plannedEntries } from "./time-entries.ts";

const rowsPerChunk = 500;

/**
 * Writes rows as CSV (RFC 4180) in chunks, the header first.
 *
 * @param isLatin1  rows whose bytes are ISO 8859-1 in the middle of UTF-8, as when two systems write one file
 */
export async function* toCsv<Column extends string>(
  columns: readonly Column[],
  rows: Iterable<Readonly<Record<Column, string>>>,
  isLatin1: (row: Readonly<Record<Column, string>>) => boolean = () => false,
): AsyncGenerator<Buffer> {
  let chunk = [Buffer.from(line(columns))];
  for (const row of rows) {
    chunk.push(Buffer.from(line(columns.map((column) => row[column])), isLatin1(row) ? "latin1" : "utf8"));
    if (chunk.length < rowsPerChunk) continue;
    yield Buffer.concat(chunk);
    chunk = [];
  }
  if (chunk.length > 0) yield Buffer.concat(chunk);
}

/** The time entries of a demo firm as the file its time system would export, rows in broken encoding included. */
export function demoTimeEntriesCsv(request: DemoRequest): AsyncGenerator<Buffer> {
  const broken = new Set<object>();
  const columns = Object.keys(importColumns.time_entries) as ImportField<"time_entries">[];
  return toCsv(columns, rows(), (row) => broken.delete(row));

  function* rows() {
    for (const { row, defect } of plannedEntries(request)) {
      if (defect === "broken-encoding") broken.add(row);
      yield row;
    }
  }
}

const line = (cells: readonly string[]): string => `${cells.map(quoted).join(",")}\r\n`;

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
