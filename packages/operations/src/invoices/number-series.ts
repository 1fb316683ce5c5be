import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { InvoiceKind } from "@plumbline/domain/invoice/kind";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** A locked counter of one legal entity, kind of document and fiscal year. */
export type Series = {
  readonly id: string;
  readonly format: string;
  readonly year: string;
  readonly nextNumber: number;
  readonly lastIssuedOn: LocalDate | undefined;
  readonly today: LocalDate;
  readonly issuedOn: LocalDate;
  /** The books are closed up to and including this day. */
  readonly lockDate: LocalDate | undefined;
};

type Wanted = Pick<Series, "year" | "format" | "today" | "issuedOn"> & {
  readonly entityId: LegalEntityId;
  readonly kind: InvoiceKind;
  readonly lockDate: LocalDate | null;
};

/** Names the series that an invoice is numbered in, among those of one year. */
export const seriesKey = (of: { readonly legalEntityId: LegalEntityId; readonly kind: InvoiceKind }): string =>
  `${of.legalEntityId}|${of.kind}`;

/**
 * Locks the counter rows until the transaction ends, opening a new series at the first invoice of a fiscal year. A
 * series keeps the format it began with, whatever the entity's is changed to meanwhile.
 */
export async function lockSeries(scope: Scope, wanted: readonly Wanted[]): Promise<ReadonlyMap<string, Series>> {
  await insertRows(
    scope.tx,
    "number_series",
    wanted,
    {
      id: ["uuid", () => scope.newId()],
      legal_entity_id: ["uuid", (series) => series.entityId],
      kind: ["text", (series) => series.kind],
      fiscal_year: ["text", (series) => series.year],
      format: ["text", (series) => series.format],
    },
    { suffix: "on conflict (tenant_id, legal_entity_id, kind, fiscal_year) do nothing" },
  );
  const rows = await query<Row>(
    scope.tx,
    `select s.id, s.legal_entity_id as "legalEntityId", s.kind, s.format, s.next_number as next, s.last_issued_on as last
       from number_series s join unnest(?::uuid[], ?::text[], ?::text[]) u (entity, kind, year)
         on s.legal_entity_id = u.entity and s.kind = u.kind and s.fiscal_year = u.year
      order by s.id for update of s`,
    [wanted.map(({ entityId }) => entityId), wanted.map(({ kind }) => kind), wanted.map(({ year }) => year)],
  );
  const locked = new Map(rows.map((row) => [seriesKey(row), row]));
  return new Map(
    wanted.map(({ entityId: legalEntityId, kind, lockDate, ...series }) => {
      const key = seriesKey({ legalEntityId, kind });
      const row = locked.get(key);
      if (row === undefined) throw new Error(`no number series of ${key} for ${series.year}`);
      const { id, format, next, last } = row;
      return [
        key,
        {
          ...series,
          id,
          format,
          nextNumber: Number(next),
          lastIssuedOn: last ?? undefined,
          lockDate: lockDate ?? undefined,
        },
      ];
    }),
  );
}

type Row = {
  readonly id: string;
  readonly legalEntityId: LegalEntityId;
  readonly kind: InvoiceKind;
  readonly format: string;
  readonly next: string;
  readonly last: LocalDate | null;
};

/** Moves the counters past the numbers that were given out. */
export async function takeNumbers(
  tx: TenantTx,
  issues: readonly { readonly series: Series; readonly number: number; readonly issuedOn: LocalDate }[],
): Promise<void> {
  const last = new Map(issues.map(({ series, number, issuedOn }) => [series.id, { number, issuedOn }]));
  await query(
    tx,
    `update number_series s set next_number = u.number + 1, last_issued_on = greatest(s.last_issued_on, u.issued_on)
       from unnest(?::uuid[], ?::bigint[], ?::date[]) u (id, number, issued_on) where s.id = u.id`,
    [
      [...last.keys()],
      [...last.values()].map(({ number }) => number),
      [...last.values()].map(({ issuedOn }) => issuedOn),
    ],
  );
}
