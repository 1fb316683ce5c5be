import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import type { Currency } from "@plumbline/domain/money/currency";
import { type Money, money } from "@plumbline/domain/money/money";
import type { MinuteBucket } from "@plumbline/domain/worklog/minute-buckets";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { conserveMinutes } from "../work/conserve-minutes.ts";

/** Where a tenant's money and time stand. Amounts are by currency and never added across. */
export type BillingSummary = {
  readonly entries: number;
  readonly quarantined: number;
  readonly exceptions: readonly OpenCause[];
  readonly invoices: Readonly<Partial<Record<InvoiceStage, number>>>;
  readonly issued: readonly Money[];
  readonly minutes: Readonly<Record<MinuteBucket, number>>;
};

/** Open exceptions of one cause. */
export type OpenCause = {
  readonly code: string;
  readonly lane: "business" | "technical";
  readonly severity: "block" | "warn" | "inform";
  readonly count: number;
  readonly minutes: number;
  readonly atStake: readonly Money[];
};

/** @throws Problem `permission-missing` */
export async function summariseBilling(scope: Scope): Promise<BillingSummary> {
  demand(scope, "invoice.read");
  const counts = await queryOne<{ entries: number; quarantined: number }>(
    scope.tx,
    `select (select count(*)::int from work_items where current) as entries,
            (select count(*)::int from quarantined_rows where state = 'open') as quarantined`,
  );
  const stages = await query<{ stage: InvoiceStage; count: number }>(
    scope.tx,
    "select stage, count(*)::int as count from invoices group by stage",
  );
  const issued = await query<{ currency: Currency; minor: string }>(
    scope.tx,
    `select currency, sum(total_minor) as minor from invoices where stage in ('issued', 'posted')
      group by currency order by currency`,
  );
  return {
    ...counts,
    exceptions: await openCauses(scope),
    invoices: Object.fromEntries(stages.map(({ stage, count }) => [stage, count])),
    issued: issued.map(({ currency, minor }) => money(BigInt(minor), currency)),
    minutes: await conserveMinutes(scope),
  };
}

type CauseRow = Omit<OpenCause, "atStake"> & { readonly money: readonly [Currency, string][] | null };

async function openCauses(scope: Scope): Promise<OpenCause[]> {
  const rows = await query<CauseRow>(
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
