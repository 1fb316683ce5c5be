import type { Currency } from "@plumbline/domain/money/currency";
import { type Money, money } from "@plumbline/domain/money/money";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Open exceptions of one cause. Amounts are by currency and never added across. */
export type OpenCause = {
  readonly code: string;
  readonly lane: "business" | "technical";
  readonly severity: "block" | "warn" | "inform";
  readonly count: number;
  readonly minutes: number;
  readonly atStake: readonly Money[];
};

type Row = Omit<OpenCause, "atStake"> & { readonly money: readonly [Currency, string][] | null };

/**
 * What is open, by cause: those that stop something first.
 *
 * @throws Problem `permission-missing`
 */
export async function listExceptionCauses(scope: Scope): Promise<OpenCause[]> {
  demand(scope, "invoice.read");
  const rows = await query<Row>(
    scope.tx,
    `select code, lane, severity, sum(count)::int as count, sum(minutes)::int as minutes,
            jsonb_agg(jsonb_build_array(currency, minor::text) order by currency) filter (where minor is not null) as money
       from (select code, lane, severity, currency, count(*) as count, sum(minutes) as minutes, sum(amount_minor) as minor
               from exceptions where state = 'open' group by code, lane, severity, currency) by_currency
      group by code, lane, severity order by case severity when 'block' then 1 when 'warn' then 2 else 3 end, code`,
  );
  return rows.map(({ money: amounts, ...cause }) => ({
    ...cause,
    atStake: (amounts ?? []).map(([currency, minor]) => money(BigInt(minor), currency)),
  }));
}
