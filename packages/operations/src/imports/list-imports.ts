import type { z } from "zod";
import type { importFilter, ImportWire } from "@plumbline/contract/import";
import type { Page } from "@plumbline/contract/page";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { type ImportRow, importsTold, toImportWire } from "./import-wire.ts";

/**
 * One page of imports, newest first, each with how far it is.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listImports(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof importFilter>>,
): Promise<Page<ImportWire>> {
  demand(scope, "import.run");
  const { where, values } = matching({ "i.kind": filter.kind, "i.state": filter.state });
  const page = keysetPage(filter, { sort: { "i.id": "uuid" }, direction: "desc" });
  const rows = await query<ImportRow & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select i.*, ${page.keys} from ${importsTold} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toImportWire);
}
