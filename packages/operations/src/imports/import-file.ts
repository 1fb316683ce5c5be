import type { ImportKind } from "@plumbline/contract/import-row";
import { demand, type InScope } from "@plumbline/platform/scope";
import { endImport, failureOf, type Import, type ImportSummary, insertImport } from "./import-store.ts";
import { type ColumnMapping, readCsv } from "./read-csv.ts";
import { takeRows } from "./take-rows.ts";

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
  const { kind, system, source, mapping, onProgress } = input;
  const id = await inScope((scope) => insertImport(scope, input));
  let at: Import = { id, system, kind, rowsRead: 0, storageKey: undefined, tries: 1 };
  const follow = (rowsRead: number) => {
    at = { ...at, rowsRead };
    onProgress?.(rowsRead);
  };
  try {
    await takeRows(inScope, at, readCsv(kind, source, mapping), { onProgress: follow });
  } catch (cause) {
    await inScope((scope) => endImport(scope, at, { state: "failed", failure: failureOf(cause, at) }));
    throw cause;
  }
  const summary = await inScope((scope) => endImport(scope, at, { state: "done" }));
  if (summary === undefined) throw new Error(`the import ${id} was ended by somebody else`);
  return summary;
}
