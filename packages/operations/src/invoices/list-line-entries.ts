import type { LineEntryWire } from "@plumbline/contract/invoice-line";
import type { Page } from "@plumbline/contract/page";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * The time behind an invoice's lines, as it was when it was billed: by line, then by day. What is billed as a sum says
 * in its line where it comes from.
 *
 * @throws Problem `permission-missing` | `invoice-not-found` | `request-invalid` when the cursor is not of this list
 */
export async function listLineEntries(
  scope: Scope,
  input: { readonly invoiceId: InvoiceId; readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<LineEntryWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(input, {
    sort: { "l.position": "int", "w.worked_on": "date", "c.id": "uuid" },
    direction: "asc",
  });
  const rows = await query<Row>(
    scope.tx,
    `select l.position, w.id, w.version, w.worked_on, k.name as worker, t.role, p.name as project, t.task, t.narrative,
            c.minutes, c.billed_minutes, ${page.keys}
       from invoices i
       join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
       join claims c on c.tenant_id = l.tenant_id and c.line_id = l.id and c.kept_of is null
       join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
       join time_entries t on t.tenant_id = w.tenant_id and t.id = w.id and t.version = w.version
       join workers k on k.tenant_id = t.tenant_id and k.id = t.worker_id
       join projects p on p.tenant_id = w.tenant_id and p.id = w.project_id
      where i.id = ? and ${page.after} ${page.tail}`,
    [input.invoiceId, ...page.values],
  );
  if (rows.length === 0) await refuseUnknown(scope, input.invoiceId);
  return page.of(rows, toWire);
}

async function refuseUnknown(scope: Scope, id: InvoiceId): Promise<void> {
  const known = await query(scope.tx, "select 1 from invoices where id = ?", [id]);
  if (known.length === 0) throw new Problem("invoice-not-found");
}

type Row = {
  readonly position: number;
  readonly id: string;
  readonly version: number;
  readonly worked_on: LocalDate;
  readonly worker: string;
  readonly role: string | null;
  readonly project: string;
  readonly task: string | null;
  readonly narrative: string;
  readonly minutes: number;
  readonly billed_minutes: number;
  readonly page_keys: string[];
};

const toWire = (row: Row): LineEntryWire => ({
  line: row.position,
  workItemId: row.id,
  version: row.version,
  workedOn: row.worked_on,
  worker: row.worker,
  ...(row.role !== null && { role: row.role }),
  project: row.project,
  ...(row.task !== null && { task: row.task }),
  narrative: row.narrative,
  minutes: row.minutes,
  billedMinutes: row.billed_minutes,
});
