import type { ImportWire } from "@plumbline/contract/import";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type ImportRow, importsTold, toImportWire } from "./import-wire.ts";

/** @throws Problem `permission-missing` | `import-not-found` */
export async function findImport(scope: Scope, input: { readonly importId: string }): Promise<ImportWire> {
  demand(scope, "import.run");
  const [row] = await query<ImportRow>(scope.tx, `select i.* from ${importsTold} where i.id = ?`, [input.importId]);
  if (row === undefined) throw new Problem("import-not-found");
  return toImportWire(row);
}
