import { fiscalYearOf } from "@plumbline/domain/calendar/fiscal-year";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { InvoiceKind } from "@plumbline/domain/invoice/kind";
import { creditNumberPrefix, depositNumberPrefix, numberInText } from "@plumbline/domain/numbering/invoice-number";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { RowIssue } from "../imports/row-reader.ts";

/** A series of a former system that one of ours goes on after. */
export type AdoptedSeries = {
  readonly id: string;
  readonly legalEntityId: LegalEntityId;
  readonly kind: InvoiceKind;
  readonly fiscalYear: string;
  readonly format: string;
  readonly lastNumber: number;
  /** No number of ours is dated before it. */
  readonly lastIssuedOn: LocalDate | undefined;
};

type Books = {
  readonly id: string;
  readonly zone: string;
  readonly fiscalYearStarts: number;
  /** The number that comes next, where some were given here. */
  readonly given: string | null;
  /** How other documents of the legal entity are numbered. */
  readonly otherFormats: readonly string[];
  /** Numbers that were taken over with what is owed. */
  readonly takenOver: readonly string[];
};

/** Why a series cannot go on after another one, by the id of each: each with the column that has to change. */
export async function adoptionContradictions(
  { tx, now }: Scope,
  adopted: readonly AdoptedSeries[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const books = await query<Books>(tx, booksSql, [
    creditNumberPrefix,
    depositNumberPrefix,
    adopted.map(({ id }) => id),
    adopted.map(({ legalEntityId }) => legalEntityId),
    adopted.map(({ kind }) => kind),
    adopted.map(({ fiscalYear }) => fiscalYear),
  ]);
  const booksOf = new Map(books.map((row) => [row.id, row]));
  return new Map(
    adopted.flatMap((series) => {
      const of = booksOf.get(series.id);
      const issue = of && contradiction(series, of, localDateIn(now, of.zone));
      return issue === undefined ? [] : [[series.id, issue] as const];
    }),
  );
}

function contradiction(series: AdoptedSeries, books: Books, today: LocalDate): RowIssue | undefined {
  const { fiscalYear, format, lastNumber, lastIssuedOn } = series;
  const year = fiscalYearOf(today, books.fiscalYearStarts);
  if (fiscalYear.length !== year.length)
    return {
      field: "fiscal_year",
      reason: `“${fiscalYear}” is no fiscal year of this legal entity; this one is ${year}`,
    };
  if (fiscalYear < year)
    return { field: "fiscal_year", reason: `${fiscalYear} is over: no number is given in it any more` };
  if (lastIssuedOn !== undefined && lastIssuedOn > today)
    return { field: "last_issued_on", reason: `${lastIssuedOn} lies ahead: today is ${today}` };
  if (books.given !== null)
    return { field: "last_number", reason: `the series gives numbers already; the next one is ${books.given}` };
  if (books.otherFormats.includes(format))
    return { field: "format", reason: "is how other documents of this legal entity are numbered" };
  const again = books.takenOver.find((number) => {
    const counted = numberInText(format, number);
    return counted !== undefined && (counted.year ?? fiscalYear) === fiscalYear && counted.number > lastNumber;
  });
  return again === undefined
    ? undefined
    : { field: "last_number", reason: `“${again}” was taken over and would be given again` };
}

const booksSql = `
  select u.id, l.time_zone as zone, l.fiscal_year_starts as "fiscalYearStarts",
         (select n.next_number from number_series n
           where n.legal_entity_id = l.id and n.kind = u.kind and n.fiscal_year = u.fiscal_year and n.next_number > n.first_number) as given,
         (select coalesce(jsonb_agg(o.format), '[]') from (
            select f.format from (values ('invoice', l.number_format), ('credit_note', coalesce(l.credit_number_format, ? || l.number_format)),
              ('deposit', coalesce(l.deposit_number_format, ? || l.number_format))) f (kind, format) where f.kind <> u.kind
            union select n.format from number_series n
             where n.legal_entity_id = l.id and (n.kind, n.fiscal_year) <> (u.kind, u.fiscal_year)
               and (n.kind <> u.kind or strpos(n.format, '{year}') = 0)) o) as "otherFormats",
         (select coalesce(jsonb_agg(i.number_text), '[]') from invoices i
           where i.legal_entity_id = l.id and i.kind = 'opening') as "takenOver"
    from unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[]) u (id, entity, kind, fiscal_year)
    join legal_entities l on l.id = u.entity`;

/** Lets series go on after former ones, in their format. Whoever numbers in one of them at the moment is waited for. */
export async function adoptSeries(scope: Scope, adopted: readonly AdoptedSeries[]): Promise<void> {
  const saved = await insertRows<AdoptedSeries, { readonly id: string }>(
    scope.tx,
    "number_series",
    adopted,
    {
      id: ["uuid", ({ id }) => id],
      legal_entity_id: ["uuid", ({ legalEntityId }) => legalEntityId],
      kind: ["text", ({ kind }) => kind],
      fiscal_year: ["text", ({ fiscalYear }) => fiscalYear],
      format: ["text", ({ format }) => format],
      first_number: ["bigint", ({ lastNumber }) => lastNumber + 1],
      next_number: ["bigint", ({ lastNumber }) => lastNumber + 1],
      last_issued_on: ["date", ({ lastIssuedOn }) => lastIssuedOn],
    },
    {
      suffix: `on conflict (tenant_id, legal_entity_id, kind, fiscal_year) do update set format = excluded.format,
        first_number = excluded.first_number, next_number = excluded.next_number, last_issued_on = excluded.last_issued_on
        where number_series.next_number = number_series.first_number returning id`,
    },
  );
  if (saved.length < adopted.length) throw new Error("a series gave a number while another was to be continued in it");
  await scope.audit(saved.map(({ id }) => ({ action: "number_series.adopted", subjectId: id })));
}
