import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, InvoiceId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";
import { lockClients } from "../payments/lock-clients.ts";
import type { ClosingEngagement } from "./closing-engagement.ts";

type Kept = {
  readonly invoiceId: InvoiceId;
  readonly clientId: ClientId;
  readonly currency: Currency;
  readonly minor: string;
};

/**
 * Releases all that is kept of issued invoices of an engagement, to be paid by a day. What an invoice bills others too for is left
 * to `releaseRetention`.
 *
 * @throws Problem `permission-missing` | `retention-release-refused` | `booking-date-refused`
 */
export async function releaseKept(
  scope: Scope,
  { id, project, legalEntityId }: ClosingEngagement,
  { dueOn, reason }: { readonly dueOn: LocalDate; readonly reason: string },
): Promise<void> {
  demand(scope, "retention.release");
  const bookedOn = await bookingDate(scope, legalEntityId, undefined);
  if (dueOn < bookedOn)
    throw new Problem("retention-release-refused", {
      detail: `${dueOn} is over: it can be due on ${bookedOn} at the earliest.`,
    });
  const values = [id, project?.id ?? null, project?.id ?? null];
  const payers = await query<{ clientId: ClientId }>(
    scope.tx,
    `select distinct i.payer_id as "clientId" from (${invoicesSql}) i`,
    values,
  );
  await lockClients(
    scope,
    payers.map(({ clientId }) => clientId),
  );
  const kept = await query<Kept>(scope.tx, keptSql, values);
  await bookEntries(
    scope,
    kept.map(({ minor, ...invoice }) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "retention_released",
      ...invoice,
      legalEntityId,
      bookedOn,
      dueOn,
      reason,
      postings: bookings.retention_released({ amount: BigInt(minor) }),
    })),
  );
  const [name, data] = ["invoice.retention_released", { reason, dueOn }] as const;
  await scope.emit(kept.map(({ invoiceId: subjectId }) => ({ name, subjectId, data })));
  await scope.audit(kept.map(({ invoiceId: subjectId }) => ({ action: name, subjectId, reason })));
}

const invoicesSql = `
  select i.* from invoices i
   where i.number is not null and (
     select bool_and(l.engagement_id = ? and coalesce(l.project_id = ?::uuid, ?::uuid is null)) from invoice_lines l
      where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version)`;

const keptSql = `
  select i.id as "invoiceId", i.payer_id as "clientId", i.currency, sum(p.amount_minor)::text as minor
    from (${invoicesSql}) i
    join ledger_entries e on e.tenant_id = i.tenant_id and e.invoice_id = i.id
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'retention_receivable'
   group by i.id, i.payer_id, i.currency having sum(p.amount_minor) > 0 order by i.id`;
