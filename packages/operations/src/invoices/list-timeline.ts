import type { TimelineEntry } from "@plumbline/contract/invoice";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * What happened to an invoice and its disputes, oldest first: the events, who caused them and why.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function listTimeline(
  scope: Scope,
  input: { readonly invoiceId: InvoiceId },
): Promise<readonly TimelineEntry[]> {
  demand(scope, "invoice.read");
  const rows = await query<Row>(
    scope.tx,
    `select o.occurred_at as at, o.name as what, m.name as by, m.kind as by_kind, o.data->>'reason' as reason
       from invoices i
       left join outbox o on o.tenant_id = i.tenant_id and o.subject_id in (
         select i.id union all select d.id from disputes d where d.tenant_id = i.tenant_id and d.invoice_id = i.id)
       left join memberships m on m.tenant_id = o.tenant_id and m.id = o.actor_id
      where i.id = ? order by o.occurred_at, o.subject_id, o.sequence`,
    [input.invoiceId],
  );
  if (rows.length === 0) throw new Problem("invoice-not-found");
  return rows.flatMap(({ at, what, by, by_kind, reason }) =>
    at === null ? [] : [{ at: at.toISOString(), what, by, byKind: by_kind, ...(reason !== null && { reason }) }],
  );
}

type Row = {
  /** Of an invoice that nothing happened to, all are null. */
  readonly at: Date | null;
  readonly what: string;
  readonly by: string;
  readonly by_kind: TimelineEntry["byKind"];
  readonly reason: string | null;
};
