import { fiscalYearOf } from "@plumbline/domain/calendar/fiscal-year";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import { creditNumberPrefix, depositNumberPrefix, numberInText } from "@plumbline/domain/numbering/invoice-number";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Numbered = { readonly legalEntityId: LegalEntityId; readonly number: string; readonly cutOverOn: LocalDate };
type Format = {
  readonly id: LegalEntityId;
  readonly fiscalYearStarts: number;
  readonly format: string;
  /** Fiscal year → the number that is given next. */
  readonly next: Readonly<Record<string, number>>;
};

/**
 * Which numbers of a former system a series of ours will give again: two documents of one legal entity would share them. A
 * series that goes on after them does not.
 */
export async function numbersToCome({ tx }: Scope, numbered: readonly Numbered[]): Promise<(of: Numbered) => boolean> {
  const formats = await query<Format>(tx, formatsSql, [
    creditNumberPrefix,
    depositNumberPrefix,
    [...new Set(numbered.map(({ legalEntityId }) => legalEntityId))],
  ]);
  return ({ legalEntityId, number, cutOverOn }) =>
    formats
      .filter(({ id }) => id === legalEntityId)
      .some(({ format, fiscalYearStarts, next }) => {
        const counted = numberInText(format, number);
        if (counted === undefined) return false;
        const year = counted.year ?? fiscalYearOf(addDays(cutOverOn, 1), fiscalYearStarts);
        // A year that is over when we begin gets no number any more.
        return year >= fiscalYearOf(addDays(cutOverOn, 1), fiscalYearStarts) && counted.number >= (next[year] ?? 1);
      });
}

const formatsSql = `
  select l.id, l.fiscal_year_starts as "fiscalYearStarts", f.format, s.next
    from legal_entities l
   cross join lateral (values ('invoice', l.number_format), ('credit_note', coalesce(l.credit_number_format, ? || l.number_format)),
     ('deposit', coalesce(l.deposit_number_format, ? || l.number_format))) f (kind, format)
   cross join lateral (
     select coalesce(jsonb_object_agg(n.fiscal_year, n.next_number), '{}') as next from number_series n
      where n.tenant_id = l.tenant_id and n.legal_entity_id = l.id and n.kind = f.kind) s
   where l.id = any(?)`;
