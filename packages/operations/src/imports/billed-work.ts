import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Why work cannot be edited any more, by its id: an issued invoice bills it. */
export async function billedWork(scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const billed = await query<{ id: string; number: string }>(
    scope.tx,
    `select c.work_item_id as id, i.number_text as number
       from claims c join invoice_lines l on l.id = c.line_id join invoices i on i.id = l.invoice_id
      where c.work_item_id = any(?) and c.released_at is null and i.stage in ('issued', 'posted')`,
    [ids],
  );
  return new Map(
    billed.map(({ id, number }) => [id, `was already billed on invoice ${number}; correct it by a credit`]),
  );
}
