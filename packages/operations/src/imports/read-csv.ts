import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { type ImportKind, importColumns } from "@plumbline/contract/import-row";
import { Problem } from "@plumbline/domain/problem";
import type { RawRow } from "./row-reader.ts";

/** Canonical name → the source's own column, or a function of the source's row for what is spread over columns. */
export type ColumnMapping = Readonly<Record<string, string | ((source: Readonly<Record<string, string>>) => string)>>;

const recordBytesMax = 8 * 1024 * 1024;
const columnsMax = 200;

/**
 * Reads a CSV file (RFC 4180, UTF-8 with or without BOM) as canonical rows, streaming.
 *
 * @throws Problem `import-file-unreadable` when the header lacks a required column or names one twice, or a record
 *   cannot end; and whatever the source throws
 */
export async function* readCsv(
  kind: ImportKind,
  source: AsyncIterable<Uint8Array | string>,
  mapping: ColumnMapping = {},
): AsyncGenerator<RawRow> {
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: recordBytesMax,
    // Named, because the parser would take the first line's ending for that of all.
    record_delimiter: ["\r\n", "\n", "\r"],
    info: true,
  });
  // A source that breaks off ends the parser with its error, which the loop below is told.
  pipeline(Readable.from(source), parser, () => undefined);
  let header: Header | undefined;
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<ParsedRecord>) {
      if (header === undefined) header = readHeader(kind, cells, mapping);
      else yield { line: info.lines, fields: header.fields(cells), width: cells.length, expectedWidth: header.width };
    }
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    throw new Problem("import-file-unreadable", { detail: cause.message, cause });
  }
  if (header === undefined) throw new Problem("import-file-unreadable", { detail: "The file has no header line." });
}

/** What the parser yields when asked for `info`, which its types do not say. */
type ParsedRecord = { readonly record: string[]; readonly info: { readonly lines: number } };

type Header = { readonly width: number; readonly fields: (cells: readonly string[]) => Record<string, string> };

function readHeader(kind: ImportKind, names: readonly string[], mapping: ColumnMapping): Header {
  if (names.length > columnsMax) {
    throw new Problem("import-file-unreadable", { detail: `The header has more than ${columnsMax} columns.` });
  }
  const canonical = names.map((name) => name.trim().toLowerCase());
  const position = new Map(canonical.map((name, index) => [name, index]));
  const missing: string[] = [];
  const repeated: string[] = [];
  const readers: [field: string, read: (cells: readonly string[]) => string][] = [];
  for (const [field, { required }] of Object.entries(importColumns[kind])) {
    const from = mapping[field] ?? field;
    if (typeof from === "function") {
      readers.push([field, (cells) => from(bySourceName(names, cells))]);
      continue;
    }
    const index = position.get(from.toLowerCase());
    if (index !== undefined) readers.push([field, (cells) => cells[index] ?? ""]);
    else if (required) missing.push(from);
    if (index !== undefined && canonical.indexOf(from.toLowerCase()) !== index) repeated.push(from);
  }
  if (repeated.length > 0) {
    throw new Problem("import-file-unreadable", {
      detail: `The header names ${repeated.join(", ")} more than once; which column counts cannot be told.`,
      extra: { repeated },
    });
  }
  if (missing.length > 0) {
    throw new Problem("import-file-unreadable", {
      detail: `An import of ${kind} needs the columns ${missing.join(", ")}, which the file does not have.`,
      extra: { missing, found: names.slice(0, 50) },
    });
  }
  return {
    width: names.length,
    fields: (cells) => Object.fromEntries(readers.map(([field, read]) => [field, read(cells)])),
  };
}

const bySourceName = (names: readonly string[], cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));
