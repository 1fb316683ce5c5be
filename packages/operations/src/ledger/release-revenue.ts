import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { earnByMonth, type EarnedMonth } from "@plumbline/domain/ledger/earn-by-month";
import type { Currency } from "@plumbline/domain/money/currency";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { bookEntries, type LedgerEntry } from "./book-entries.ts";

type Row = {
  readonly id: InvoiceId;
  readonly legal_entity_id: LegalEntityId;
  readonly payer_id: ClientId;
  readonly currency: Currency;
  readonly issued_on: LocalDate;
  readonly lock_date: LocalDate | null;
  readonly lines: readonly { readonly net: string; readonly from: LocalDate; readonly until: LocalDate }[];
  readonly released: readonly LocalDate[] | null;
};
type Release = EarnedMonth & { readonly of: Row; readonly entryId: LedgerEntry["id"] };

/**
 * Books what was billed in advance as earned, an entry for each invoice and month that is over by the end of a day, and
 * each once: saying it again changes nothing. A month that was over when its invoice was issued, or whose books are
 * closed, is booked on the first day that is left.
 *
 * @returns how many months of invoices were released
 * @throws Problem `permission-missing`
 */
export async function releaseRevenue(
  scope: Scope,
  { through }: { readonly through: LocalDate },
): Promise<{ readonly releases: number }> {
  demand(scope, "revenue.release");
  return { releases: await releaseMonths(scope, { through }) };
}

/**
 * Takes back what was earned already of what these credit notes take back, in the transaction that issues them: the months that
 * are over by then. The others follow month by month, as those of their invoices do, and the two come to nothing.
 */
export async function takeRevenueBack(scope: Scope, creditNoteIds: readonly InvoiceId[]): Promise<void> {
  const [deferred] = await query(
    scope.tx,
    "select 1 from invoice_lines where invoice_id = any(?) and earned_from is not null limit 1",
    [creditNoteIds],
  );
  if (deferred === undefined) return;
  await releaseMonths(scope, { only: creditNoteIds });
}

async function releaseMonths(
  scope: Scope,
  { through, only }: { readonly through?: LocalDate; readonly only?: readonly InvoiceId[] },
): Promise<number> {
  // Of two who release at once, the second finds what the first released.
  await query(scope.tx, "select pg_advisory_xact_lock(hashtextextended(?, 3))", [`${scope.tenantId} revenue`]);
  const invoices = await query<Row>(scope.tx, deferredSql, [only ?? null, only ?? null]);
  const releases = invoices.flatMap((of) => dueReleases(scope, of, through));
  await bookEntries(scope, releases.map(entryOf));
  await insertRows(scope.tx, "revenue_releases", releases, {
    invoice_id: ["uuid", ({ of }) => of.id],
    month: ["date", ({ month }) => month.start],
    entry_id: ["uuid", ({ entryId }) => entryId],
  });
  return releases.length;
}

/** What of a legal entity is earned by a day and not released yet, by invoice and month. */
export async function listDueReleases(
  scope: Scope,
  { legalEntityId, through }: { readonly legalEntityId: LegalEntityId; readonly through: LocalDate },
): Promise<readonly { readonly invoiceId: InvoiceId; readonly currency: Currency; readonly minor: bigint }[]> {
  const invoices = await query<Row>(scope.tx, deferredSql, [null, null]);
  return invoices
    .filter((of) => of.legal_entity_id === legalEntityId && of.issued_on <= through)
    .flatMap((of) => dueReleases(scope, of, through))
    .map(({ of, minor }) => ({ invoiceId: of.id, currency: of.currency, minor }));
}

/** Issued invoices of which something is left to earn, and credit notes of which something is left to take back. */
const deferredSql = `
  select i.id, i.legal_entity_id, i.payer_id, i.currency, i.issued_on, g.lock_date, n.lines, r.released
    from (select e.invoice_id
            from ledger_postings p join ledger_entries e on e.tenant_id = p.tenant_id and e.id = p.entry_id
           where p.account = 'deferred_revenue' group by e.invoice_id having sum(p.amount_minor) <> 0) d
    join invoices i on i.tenant_id = (select app.tenant()) and i.id = d.invoice_id
    join legal_entities g on g.tenant_id = i.tenant_id and g.id = i.legal_entity_id
   cross join lateral (
     select jsonb_agg(jsonb_build_object('net', (l.net_minor + l.spread_minor)::text, 'from', l.earned_from, 'until', l.earned_until)) as lines
       from invoice_lines l
      where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
        and l.earned_from is not null) n
   cross join lateral (
     select jsonb_agg(x.month) as released from revenue_releases x
      where x.tenant_id = i.tenant_id and x.invoice_id = i.id) r
   where ?::uuid[] is null or i.id = any(?)
   order by i.id`;

function dueReleases(scope: Scope, of: Row, through = of.issued_on): Release[] {
  const released = new Set(of.released);
  const lines = of.lines.map(({ net, from, until }) => ({
    netMinor: BigInt(net),
    earned: { start: from, end: until },
  }));
  return earnByMonth(lines)
    .filter(({ month }) => addDays(month.end, -1) <= through && !released.has(month.start))
    .map((earned) => ({ ...earned, of, entryId: scope.newId<"ledger-entry">() }));
}

const entryOf = ({ of, entryId, month, minor }: Release): LedgerEntry => ({
  id: entryId,
  fact: "revenue_released",
  legalEntityId: of.legal_entity_id,
  clientId: of.payer_id,
  currency: of.currency,
  bookedOn: [addDays(month.end, -1), of.issued_on, ...(of.lock_date === null ? [] : [addDays(of.lock_date, 1)])]
    .toSorted()
    .at(-1) as LocalDate,
  invoiceId: of.id,
  postings: bookings.revenue_released({ amount: minor }),
});
