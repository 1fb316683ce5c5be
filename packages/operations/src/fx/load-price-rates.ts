import { addDays } from "@plumbline/domain/calendar/local-date";
import type { Period } from "@plumbline/domain/calendar/period";
import type { EngagementId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { EngagementRow } from "../drafts/book-rows.ts";
import { knownThen } from "./load-fx.ts";
import { rateSql, type FxRateRow } from "./rate-sql.ts";

type PriceRateRow = { readonly engagementId: EngagementId; readonly rate: FxRateRow };

/**
 * Reads the exchange rate of each engagement whose rate card is in another currency than its invoices: of the last day of the
 * period, whenever the tax converts, so that an hour has one price on an invoice. Where there is none, the hours wait.
 *
 * @param input.knownAt rates as they were then; now when null
 */
export function loadPriceRates(
  tx: TenantTx,
  { knownAt, period }: { readonly knownAt: string | null; readonly period: Period },
): Promise<PriceRateRow[]> {
  const of = { source: "l.fx_source", from: "c.currency", to: "e.currency", on: "?::date", known: knownThen };
  const lastDay = addDays(period.end, -1);
  return query<PriceRateRow>(
    tx,
    `select e.id as "engagementId", f.rate
       from engagements e
       join rate_cards c on c.tenant_id = e.tenant_id and c.id = e.rate_card_id and c.currency <> e.currency
       join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
      cross join lateral (select ${rateSql(of)} as rate) f
      where f.rate is not null`,
    // In the order in which the text has them.
    [lastDay, lastDay, knownAt, knownAt],
  );
}

export function withPriceRates(
  engagements: readonly EngagementRow[],
  found: readonly PriceRateRow[],
): readonly EngagementRow[] {
  if (found.length === 0) return engagements;
  const rates = new Map(found.map(({ engagementId, rate }) => [engagementId, rate]));
  return engagements.map((row) => {
    const rate = rates.get(row.id);
    return rate === undefined ? row : { ...row, priceRate: rate };
  });
}
