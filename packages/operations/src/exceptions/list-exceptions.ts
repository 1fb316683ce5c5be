import type { z } from "zod";
import type { exceptionFilter, ExceptionWire } from "@plumbline/contract/exception";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { InvoiceId } from "@plumbline/domain/id";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

export type ExceptionFilter = z.output<z.ZodObject<typeof exceptionFilter>>;

/**
 * One page of exceptions, newest first, each with the name of what it is about.
 *
 * @throws Problem `permission-missing` | `request-invalid` for a cursor of another list
 */
export async function listExceptions(scope: Scope, filter: ExceptionFilter): Promise<Page<ExceptionWire>> {
  demand(scope, "invoice.read");
  const { where, values } = matching({
    "x.state": filter.state,
    "x.lane": filter.lane,
    "x.severity": filter.severity,
    "x.code": filter.code,
    "x.invoice_id": filter.invoiceId,
  });
  const page = keysetPage(filter, { sort: { "x.id": "uuid" }, direction: "desc" });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select x.*, ${subjectName} as subject_name, ${page.keys}
       from exceptions x where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toWire);
}

/** Every exception that one invoice has or had, open ones first. */
export async function listExceptionsOf(tx: TenantTx, invoiceId: InvoiceId): Promise<ExceptionWire[]> {
  const rows = await query<Row>(
    tx,
    `select x.*, ${subjectName} as subject_name from exceptions x where x.invoice_id = ? order by x.state, x.id`,
    [invoiceId],
  );
  return rows.map(toWire);
}

/** Work is held by project, and weeks by worker. */
const subjectName = `
  case x.subject_kind
    when 'work' then (select p.name from projects p where p.tenant_id = x.tenant_id and p.id = x.subject_id)
    when 'worker_week' then (select w.name from workers w where w.tenant_id = x.tenant_id and w.id = x.subject_id)
    when 'milestone' then (select m.name from milestones m where m.tenant_id = x.tenant_id and m.id = x.subject_id
                            order by m.version desc limit 1)
    when 'expense' then (select p.description from expenses p where p.tenant_id = x.tenant_id and p.id = x.subject_id
                          order by p.version desc limit 1)
    when 'engagement' then (select e.code || ' ' || e.name from engagements e
                             where e.tenant_id = x.tenant_id and e.id = x.subject_id)
    when 'invoice' then (select coalesce(i.number_text, c.name)
                           from invoices i join clients c on c.tenant_id = i.tenant_id and c.id = i.client_id
                          where i.tenant_id = x.tenant_id and i.id = x.subject_id)
  end`;

type Row = Pick<ExceptionWire, "id" | "code" | "lane" | "severity" | "state" | "owner" | "message" | "entries"> & {
  readonly subject_kind: ExceptionWire["subject"]["kind"];
  readonly subject_id: string;
  readonly subject_name: string | null;
  readonly invoice_id: NonNullable<ExceptionWire["invoiceId"]> | null;
  readonly minutes: string;
  readonly amount_minor: string | null;
  readonly currency: string;
  readonly opened_at: Date;
  readonly closed_at: Date | null;
};

const toWire = (row: Row): ExceptionWire => ({
  id: row.id,
  code: row.code,
  lane: row.lane,
  severity: row.severity,
  state: row.state,
  owner: row.owner,
  message: row.message,
  subject: {
    kind: row.subject_kind,
    id: row.subject_id,
    ...(row.subject_name !== null && { name: row.subject_name }),
  },
  ...(row.invoice_id !== null && { invoiceId: row.invoice_id }),
  entries: row.entries,
  minutes: Number(row.minutes),
  ...(row.amount_minor !== null && { atStake: minorToWire(row.amount_minor, row.currency) }),
  openedAt: row.opened_at.toISOString(),
  ...(row.closed_at !== null && { closedAt: row.closed_at.toISOString() }),
});
