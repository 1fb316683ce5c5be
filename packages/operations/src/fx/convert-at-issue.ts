import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { convertTax, type FxMoment } from "@plumbline/domain/tax/tax-conversion";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type InvoiceConversion, saveConversions } from "./stored-conversions.ts";
import { rateSql, type FxRateRow } from "./rate-sql.ts";

type ForeignRow = {
  readonly id: InvoiceId;
  readonly contentVersion: number;
  readonly taxMinor: string;
  readonly currency: Currency;
  readonly taxCurrency: Currency;
  readonly fixedAt: FxMoment | null;
  readonly source: string | null;
  readonly on: LocalDate;
  readonly rate: FxRateRow | null;
};

/** What issuing does about tax in another currency: who is refused, and what is written for the others. */
export type IssueConversions = {
  readonly refuse: (invoice: { readonly id: InvoiceId }) => Problem | undefined;
  readonly save: (scope: Scope, issued: readonly { readonly id: InvoiceId }[]) => Promise<void>;
};

/**
 * Looks up the rates of the issue date for invoices whose tax is not converted yet. One that should have been converted when it
 * was drafted, or that has no rate, is refused: a rate is never guessed. Credit notes have that of their invoice.
 */
export async function planConversions(
  scope: Scope,
  days: readonly { readonly id: InvoiceId; readonly issuedOn: LocalDate }[],
): Promise<IssueConversions> {
  const rows = await query<ForeignRow>(scope.tx, foreignSql, [
    days.map(({ id }) => id),
    days.map(({ issuedOn }) => issuedOn),
  ]);
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  return {
    refuse: ({ id }) => {
      const row = rowOf.get(id);
      return row === undefined || row.rate !== null ? undefined : missing(row);
    },
    save: (within, issued) =>
      saveConversions(
        within,
        issued.flatMap(({ id }) => conversionAtIssue(rowOf.get(id)) ?? []),
      ),
  };
}

function conversionAtIssue(row: ForeignRow | undefined): InvoiceConversion | undefined {
  if (row === undefined || row.rate === null) return undefined;
  const { id: invoiceId, contentVersion, taxCurrency: currency, rate } = row;
  const taxMinor = convertTax(BigInt(row.taxMinor), rate, currency);
  return { invoiceId, contentVersion, currency, taxMinor, fixedAt: "issue", rate };
}

function missing({ currency, taxCurrency, fixedAt, source, on }: ForeignRow): Problem {
  const pair = `${currency} to ${taxCurrency}`;
  if (source === null)
    return new Problem("fx-rate-missing", { detail: `The legal entity names no source of rates from ${pair}.` });
  return new Problem("fx-rate-missing", {
    detail:
      fixedAt === "issue"
        ? `No rate of ${source} from ${pair} is known for ${on} or the days before it.`
        : `Its rate from ${pair} is fixed with the draft, and it has none: revise it.`,
  });
}

const rate = rateSql({
  source: "l.fx_source",
  from: "i.currency",
  to: "l.currency",
  on: "d.issued_on",
  known: "r.known_to is null",
});

const foreignSql = `
  select i.id, i.content_version as "contentVersion", i.tax_minor::text as "taxMinor", i.currency, l.currency as "taxCurrency",
         l.fx_fixed_at as "fixedAt", l.fx_source as source, d.issued_on as "on",
         case when l.fx_fixed_at = 'issue' then ${rate} end as rate
    from unnest(?::uuid[], ?::date[]) d (id, issued_on)
    join invoices i on i.id = d.id and i.kind = 'invoice' and i.tax_minor <> 0
    join legal_entities l on l.tenant_id = i.tenant_id and l.id = i.legal_entity_id and l.currency <> i.currency
   where not exists (select 1 from tax_conversions v
                      where v.tenant_id = i.tenant_id and v.invoice_id = i.id and v.content_version = i.content_version)`;
