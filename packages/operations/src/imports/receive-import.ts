import type { ImportKind } from "@plumbline/contract/import-row";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertImport } from "./import-store.ts";

/**
 * Notes a file that is kept already; the worker takes it in by its event.
 *
 * @throws Problem `permission-missing`
 */
export async function receiveImport(
  scope: Scope,
  input: {
    readonly kind: ImportKind;
    readonly system: string;
    readonly fileName: string;
    readonly kept: { readonly storageKey: string; readonly fileHash: string };
  },
): Promise<string> {
  demand(scope, "import.run");
  const id = await insertImport(scope, input);
  await scope.emit([{ name: "import.received", subjectId: id, data: {} }]);
  await scope.audit([{ action: "import.received", subjectId: id, afterHash: input.kept.fileHash }]);
  return id;
}
