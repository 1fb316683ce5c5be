import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { treatmentOf } from "@plumbline/domain/tax/treatment";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { loadRunBook } from "../drafts/load-run-book.ts";
import type { Refusal } from "../invoices/move-invoices.ts";
import { loadBundle } from "../policies/policy-bundles.ts";

type Invoice = Parameters<Refusal>[0];
type Row = {
  readonly id: InvoiceId;
  readonly engagementId: EngagementId;
  readonly treatment: string;
  readonly deductedOn: LocalDate | null;
  readonly number: string | null;
};

/**
 * Says why deposits, or what deducts them, cannot be issued on a day: a deposit is taxed at the rate of the day of its issue,
 * and is issued before what deducts it.
 */
export async function refuseDepositIssues(
  scope: Scope,
  invoices: readonly Invoice[],
  issuedOn: (invoice: Invoice) => LocalDate | undefined,
): Promise<Refusal> {
  const rows = await query<Row>(scope.tx, rowsSql, [invoices.map(({ id }) => id)]);
  if (rows.length === 0) return () => undefined;
  const known = new Map(rows.map((row) => [row.id, row]));
  const treatments = await treatmentsOn(
    scope,
    invoices.filter(({ kind, id }) => kind === "deposit" && known.has(id)),
    issuedOn,
  );
  return (invoice) => {
    const row = known.get(invoice.id);
    const on = issuedOn(invoice);
    if (row === undefined || on === undefined) return undefined;
    if (row.deductedOn !== null && on < row.deductedOn)
      return new Problem("issue-date-refused", {
        detail: `Deposit ${row.number}, which it deducts, is dated ${row.deductedOn}.`,
      });
    const now = treatments.get(on)?.get(row.engagementId);
    if (invoice.kind !== "deposit" || now === row.treatment) return undefined;
    const reason = `On ${on} its tax is another than it was asked for with: discard it and ask again.`;
    return new Problem("deposit-refused", { detail: reason, extra: { errors: [{ member: "issuedOn", reason }] } });
  };
}

/** How each engagement is taxed on the days of issue, of which there is one for each legal entity of a batch. */
async function treatmentsOn(
  scope: Scope,
  deposits: readonly Invoice[],
  issuedOn: (invoice: Invoice) => LocalDate | undefined,
): Promise<ReadonlyMap<LocalDate, ReadonlyMap<EngagementId, string>>> {
  const treatments = new Map<LocalDate, ReadonlyMap<EngagementId, string>>();
  for (const [on, [first]] of Map.groupBy(deposits, issuedOn)) {
    if (on === undefined || first === undefined) continue;
    const bundle = await loadBundle(scope.tx, first.bundleHash);
    const { engagements } = await loadRunBook(scope.tx, { period: { start: on, end: addDays(on, 1) }, bundle });
    treatments.set(on, new Map([...engagements.values()].map(({ id, tax }) => [id, treatmentOf(tax)])));
  }
  return treatments;
}

const rowsSql = `
  select i.id, (array_agg(l.engagement_id))[1] as "engagementId", min(l.tax_category || ' ' || l.tax_bp) as treatment,
         max(d.issued_on) as "deductedOn", max(d.number_text) as number
    from invoices i
    join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
    left join invoices d on d.tenant_id = l.tenant_id and d.id = l.deducts
   where i.id = any(?) and (i.kind = 'deposit' or d.id is not null)
   group by i.id`;
