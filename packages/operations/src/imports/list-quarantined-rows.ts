import type { z } from "zod";
import type { quarantinedRowWire, quarantineFilter } from "@plumbline/contract/import";
import type { Page } from "@plumbline/contract/page";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type QuarantinedRow = z.output<typeof quarantinedRowWire>;

/**
 * One page of rows that could not be taken in, in the order in which they were put aside, each with what is wrong. What people
 * cost is shown to those who may know it.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listQuarantinedRows(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof quarantineFilter>>,
): Promise<Page<QuarantinedRow>> {
  demand(scope, "quarantine.correct");
  const { where, values } = matching({
    "q.import_id": filter.importId,
    "i.kind": filter.kind,
    "q.state": filter.state,
  });
  const page = keysetPage(filter, { sort: { "q.id": "uuid" }, direction: "asc" });
  const rows = await query<QuarantinedRow & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select q.id, q.import_id as "importId", i.kind, q.line, q.fields, q.issues, q.state, ${page.keys}
       from quarantined_rows q join imports i on i.tenant_id = q.tenant_id and i.id = q.import_id
      where ${where} and (? or i.kind <> 'cost_rates') and ${page.after} ${page.tail}`,
    [...values, scope.actor.permissions.has("margin.read"), ...page.values],
  );
  return page.of(rows, ({ page_keys: _keys, ...row }) => row);
}
