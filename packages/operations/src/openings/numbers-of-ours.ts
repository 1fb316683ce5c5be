import { fiscalYearOf } from "@plumbline/domain/calendar/fiscal-year";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { creditNumberPrefix, depositNumberPrefix, numberInText } from "@plumbline/domain/numbering/invoice-number";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Numbered = { readonly legalEntityId: LegalEntityId; readonly number: string; readonly cutOverOn: LocalDate };
type Kind = {
  readonly id: LegalEntityId;
  readonly fiscalYearStarts: number;
  /** Of a series that is still to begin. */
  readonly format: string;
  /** The series there are, each of a fiscal year. */
  readonly series: readonly { readonly year: string; readonly format: string; readonly next: number }[];
};

/**
 * Which numbers of a former system a series of ours will give again: two documents of one legal entity would share them. A
 * series that goes on after them does not.
 */
export async function numbersToCome({ tx }: Scope, numbered: readonly Numbered[]): Promise<(of: Numbered) => boolean> {
  const kinds = await query<Kind>(tx, kindsSql, [
    creditNumberPrefix,
    depositNumberPrefix,
    [...new Set(numbered.map(({ legalEntityId }) => legalEntityId))],
  ]);
  return (of) => kinds.some((kind) => kind.id === of.legalEntityId && willGive(kind, of));
}

function willGive({ fiscalYearStarts, format, series }: Kind, { number, cutOverOn }: Numbered): boolean {
  const begun = series.some((each) => {
    const counted = numberInText(each.format, number);
    return counted !== undefined && (counted.year ?? each.year) === each.year && counted.number >= each.next;
  });
  const counted = numberInText(format, number);
  if (begun || counted === undefined) return begun;
  const now = fiscalYearOf(addDays(cutOverOn, 1), fiscalYearStarts);
  const year = counted.year ?? now;
  // A year that is over when we begin gets no number any more.
  return year >= now && !series.some((each) => each.year === year);
}

const kindsSql = `
  select l.id, l.fiscal_year_starts as "fiscalYearStarts", f.format, s.series
    from legal_entities l
   cross join lateral (values ('invoice', l.number_format), ('credit_note', coalesce(l.credit_number_format, ? || l.number_format)),
     ('deposit', coalesce(l.deposit_number_format, ? || l.number_format))) f (kind, format)
   cross join lateral (
     select coalesce(jsonb_agg(jsonb_build_object('year', n.fiscal_year, 'format', n.format, 'next', n.next_number)), '[]') as series
       from number_series n where n.tenant_id = l.tenant_id and n.legal_entity_id = l.id and n.kind = f.kind) s
   where l.id = any(?)`;
