import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import type { TaxCategory } from "@plumbline/domain/tax/category";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookEntries } from "./book-entries.ts";

type Row = {
  readonly id: InvoiceId;
  readonly legal_entity_id: LegalEntityId;
  readonly payer_id: ClientId;
  readonly currency: Currency;
  readonly issued_on: LocalDate;
  readonly net_minor: string;
  readonly retained_minor: string;
  readonly deferred_minor: string;
  readonly deposited_minor: string;
  readonly taxes: readonly {
    readonly category: TaxCategory;
    readonly bp: number;
    readonly minor: string;
    readonly jurisdiction: string | null;
  }[];
};

/** Books what invoices say that were issued in this transaction: who owes what, what was earned, and which tax. */
export async function bookIssuedInvoices(scope: Scope, invoiceIds: readonly InvoiceId[]): Promise<void> {
  const invoices = await query<Row>(
    scope.tx,
    `select i.id, i.legal_entity_id, i.payer_id, i.currency, i.issued_on, i.net_minor, r.retained_minor, r.deferred_minor, t.taxes,
            case when 'deposit' in (i.kind, k.kind) then i.net_minor else r.deducted_minor end as deposited_minor
       from invoices i
       left join invoices k on k.tenant_id = i.tenant_id and k.id = i.corrects
      cross join lateral (
        select coalesce(sum(l.retained_minor), 0) as retained_minor,
               coalesce(sum(l.net_minor + l.spread_minor) filter (where l.earned_from is not null), 0) as deferred_minor,
               coalesce(sum(l.net_minor) filter (where coalesce(l.deducts, o.deducts) is not null), 0) as deducted_minor
          from invoice_lines l
          left join credit_lines x on x.tenant_id = l.tenant_id and x.line_id = l.id
          left join invoice_lines o on o.tenant_id = x.tenant_id and o.id = x.corrected_line_id
         where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version) r
      cross join lateral (
        select jsonb_agg(jsonb_build_object('category', d.category, 'bp', d.basis_points, 'minor', d.tax_minor::text,
                   'jurisdiction', d.jurisdiction) order by d.category, d.basis_points, d.jurisdiction) as taxes
          from tax_determinations d
         where d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.content_version = i.content_version) t
      where i.id = any(?) order by i.id`,
    [invoiceIds],
  );
  await bookEntries(
    scope,
    invoices.map((row) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "invoice_issued",
      legalEntityId: row.legal_entity_id,
      clientId: row.payer_id,
      currency: row.currency,
      bookedOn: row.issued_on,
      invoiceId: row.id,
      postings: bookings.invoice_issued({
        net: BigInt(row.net_minor),
        retained: BigInt(row.retained_minor),
        deferred: BigInt(row.deferred_minor),
        deposited: BigInt(row.deposited_minor),
        taxes: row.taxes.map(({ category, bp, minor, jurisdiction }) => ({
          category,
          basisPoints: bp,
          minor: BigInt(minor),
          ...(jurisdiction !== null && { jurisdiction }),
        })),
      }),
    })),
  );
}
