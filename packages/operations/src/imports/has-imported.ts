import type { ImportKind } from "@plumbline/contract/import-row";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Whether a file of this name was taken in to its end before.
 *
 * @throws Problem `permission-missing`
 */
export async function hasImported(
  scope: Scope,
  input: { readonly kind: ImportKind; readonly system: string; readonly fileName: string },
): Promise<boolean> {
  demand(scope, "import.run");
  const rows = await query(
    scope.tx,
    "select 1 from imports where kind = ? and system = ? and file_name = ? and state = 'done' limit 1",
    [input.kind, input.system, input.fileName],
  );
  return rows.length > 0;
}
