import type { ImportKind } from "@plumbline/contract/import-row";
import { demand, type InScope, type Scope } from "@plumbline/platform/scope";
import { insertRows, query, queryOne } from "@plumbline/platform/sql";
import { type BatchResult, importBatch } from "./import-batch.ts";
import { importKindSpecs } from "./import-kinds.ts";
import { type ColumnMapping, readCsv } from "./read-csv.ts";
import { loadReferences, type References } from "./references.ts";
import type { RawRow, RowIssue } from "./row-reader.ts";

const batchRows = 5_000;
export const quarantinedCellCharactersMax = 500;

export type ImportSummary = {
  readonly importId: string;
  readonly kind: ImportKind;
  readonly read: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly quarantined: number;
};

/**
 * Imports a CSV file, streaming, in batches that commit one by one. Idempotent by the source's keys: what a broken-off
 * import took in is recognised when the file comes again. A bad row goes to quarantine with its line, field and
 * reason; the good rows go in.
 *
 * @throws Problem `permission-missing` | `import-file-unreadable`; batches before the fault stay, and the import says failed
 */
export async function importFile(
  inScope: InScope,
  input: {
    readonly kind: ImportKind;
    readonly system: string;
    readonly fileName: string;
    readonly source: AsyncIterable<Uint8Array | string>;
    readonly mapping?: ColumnMapping;
    readonly onProgress?: (rowsRead: number) => void;
  },
): Promise<ImportSummary> {
  demand(inScope, "import.run");
  const { kind, system } = input;
  const { importId, references } = await inScope((scope) => beginImport(scope, input));
  const seen = new Set<string>();
  let rows: RawRow[] = [];
  let read = 0;
  const flush = async () => {
    read += rows.length;
    await inScope((scope) => importRows(scope, { importId, system, kind, references, seen, rows }));
    rows = [];
    input.onProgress?.(read);
  };
  try {
    for await (const row of readCsv(kind, input.source, input.mapping)) {
      rows.push(row);
      if (rows.length === batchRows) await flush();
    }
    if (rows.length > 0) await flush();
  } catch (cause) {
    await inScope((scope) => endImport(scope, importId, "failed"));
    throw cause;
  }
  return inScope((scope) => endImport(scope, importId, "done"));
}

async function beginImport(
  scope: Scope,
  input: { readonly kind: ImportKind; readonly system: string; readonly fileName: string },
): Promise<{ importId: string; references: References }> {
  const importId = scope.newId();
  await insertRows(scope.tx, "imports", [input], {
    id: ["uuid", () => importId],
    system: ["text", (row) => row.system],
    kind: ["text", (row) => row.kind],
    file_name: ["text", (row) => row.fileName],
  });
  return { importId, references: await loadReferences(scope.tx, input.system) };
}

async function importRows(scope: Scope, input: Omit<Parameters<typeof importBatch>[1], "spec">): Promise<void> {
  const result = await importBatch(scope, { ...input, spec: importKindSpecs[input.kind] });
  await quarantine(scope, input.importId, result.quarantined);
  await query(
    scope.tx,
    `update imports set rows_read = rows_read + ?, rows_added = rows_added + ?, rows_changed = rows_changed + ?,
       rows_unchanged = rows_unchanged + ?, rows_quarantined = rows_quarantined + ? where id = ?`,
    [input.rows.length, result.added, result.changed, result.unchanged, result.quarantined.length, input.importId],
  );
}

async function quarantine(scope: Scope, importId: string, rows: BatchResult["quarantined"]): Promise<void> {
  await insertRows(scope.tx, "quarantined_rows", rows, {
    id: ["uuid", () => scope.newId()],
    import_id: ["uuid", () => importId],
    line: ["int", ({ row }) => row.line],
    fields: ["jsonb", ({ row }) => storableFields(row.fields)],
    issues: ["jsonb", ({ issues }) => storableIssues(issues)],
  });
}

/** Cells cut to a bounded size. */
const storableFields = (fields: RawRow["fields"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).map(([field, text]) => [field, storable(text.slice(0, quarantinedCellCharactersMax))]),
  );

/** Reasons quote what they refuse. */
export const storableIssues = (issues: readonly RowIssue[]): RowIssue[] =>
  issues.map(({ field, reason }) => ({ field, reason: storable(reason) }));

/** Without what jsonb refuses: NUL, and half a character, which may be left by cutting. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\u0000", "\uFFFD");

async function endImport(scope: Scope, importId: string, state: "done" | "failed"): Promise<ImportSummary> {
  const row = await queryOne<{ kind: ImportKind } & Record<`rows_${string}`, number>>(
    scope.tx,
    `update imports set state = ?, finished_at = now() where id = ?
     returning kind, rows_read, rows_added, rows_changed, rows_unchanged, rows_quarantined`,
    [state, importId],
  );
  const summary = {
    importId,
    kind: row.kind,
    read: row.rows_read as number,
    added: row.rows_added as number,
    changed: row.rows_changed as number,
    unchanged: row.rows_unchanged as number,
    quarantined: row.rows_quarantined as number,
  };
  await scope.emit([{ name: `import.${state}`, subjectId: importId, data: summary }]);
  await scope.audit([{ action: `import.${state}`, subjectId: importId }]);
  return summary;
}
