import type { Period } from "@plumbline/domain/calendar/period";
import { addDays } from "@plumbline/domain/calendar/local-date";
import type { LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { FxMoment } from "@plumbline/domain/tax/tax-conversion";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { EngagementRow } from "../drafts/book-rows.ts";
import { rateSql, type FxRateRow } from "./rate-sql.ts";

type FxRow = {
  readonly entityId: LegalEntityId;
  /** Of the invoices. */
  readonly currency: Currency;
  readonly taxCurrency: Currency;
  readonly fixedAt: FxMoment | null;
  readonly rate: FxRateRow | null;
};

/**
 * Reads, for each legal entity and each currency that it bills in besides its own, when tax is converted and, where that is
 * before issue, at which rate: of the day of drafting in the entity's zone, or of the last day of the period.
 *
 * @param input.knownAt rates and day as they were then; now when null
 */
export function loadFx(
  tx: TenantTx,
  { knownAt, period }: { readonly knownAt: string | null; readonly period: Period },
): Promise<FxRow[]> {
  const rate = rateSql({ source: "l.fx_source", from: "e.currency", to: "l.currency", on: "d.day", known: knownThen });
  return query<FxRow>(
    tx,
    `select e.legal_entity_id as "entityId", e.currency, l.currency as "taxCurrency", l.fx_fixed_at as "fixedAt",
            case when l.fx_fixed_at <> 'issue' then ${rate} end as rate
       from (select distinct legal_entity_id, currency from engagements) e
       join legal_entities l on l.id = e.legal_entity_id and l.currency <> e.currency
      cross join lateral (
        select case l.fx_fixed_at when 'tax_point' then ?::date
                    else (coalesce(?::timestamptz, now()) at time zone l.time_zone)::date end as day) d`,
    // In the order in which the text has them.
    [knownAt, knownAt, addDays(period.end, -1), knownAt],
  );
}

/** Of a rate `r`, as of an instant that is bound twice; now when null. */
export const knownThen = `r.known_from <= coalesce(?::timestamptz, now()) and (r.known_to is null or r.known_to > coalesce(?::timestamptz, now()))`;

/** Gives each engagement in a foreign currency what converts its tax: kept with the draft, like the rest. */
export function withFx(engagements: readonly EngagementRow[], fx: readonly FxRow[]): readonly EngagementRow[] {
  if (fx.length === 0) return engagements;
  const keyOf = (row: Pick<FxRow, "entityId" | "currency">) => `${row.entityId}|${row.currency}`;
  const terms = new Map(
    fx.map((row) => [
      keyOf(row),
      {
        currency: row.taxCurrency,
        ...(row.fixedAt !== null && { fixedAt: row.fixedAt }),
        ...(row.rate !== null && { rate: row.rate }),
      },
    ]),
  );
  return engagements.map((row) => {
    const found = terms.get(keyOf(row));
    return found === undefined ? row : { ...row, fx: found };
  });
}
