import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import type { Currency } from "@plumbline/domain/money/currency";
import { type Money, money } from "@plumbline/domain/money/money";
import type { MinuteBucket } from "@plumbline/domain/worklog/minute-buckets";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { listExceptionCauses, type OpenCause } from "../exceptions/list-exception-causes.ts";
import { conserveMinutes } from "../work/conserve-minutes.ts";
import { countSums, type SumCount } from "../work/count-sums.ts";

/** Where a tenant's money and time stand. Amounts are by currency and never added across. */
export type BillingSummary = {
  readonly entries: number;
  readonly quarantined: number;
  readonly exceptions: readonly OpenCause[];
  readonly invoices: Readonly<Partial<Record<InvoiceStage, number>>>;
  readonly issued: readonly Money[];
  readonly minutes: Readonly<Record<MinuteBucket, number>>;
  readonly sums: readonly SumCount[];
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
    "select stage, count(*)::int as count from invoices where kind <> 'opening' group by stage",
  );
  const issued = await query<{ currency: Currency; minor: string }>(
    scope.tx,
    `select currency, sum(total_minor) as minor from invoices where number is not null
      group by currency order by currency`,
  );
  return {
    ...counts,
    exceptions: await listExceptionCauses(scope),
    invoices: Object.fromEntries(stages.map(({ stage, count }) => [stage, count])),
    issued: issued.map(({ currency, minor }) => money(BigInt(minor), currency)),
    minutes: await conserveMinutes(scope),
    sums: await countSums(scope),
  };
}
