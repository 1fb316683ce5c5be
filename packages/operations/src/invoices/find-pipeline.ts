import type { PipelineWire } from "@plumbline/contract/billing-run";
import { minorToWire, toMoneyWire } from "@plumbline/contract/scalar";
import type { Period } from "@plumbline/domain/calendar/period";
import { type InvoiceStage, invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import { stages } from "@plumbline/domain/invoice/stages";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { lateSql } from "../clocks/clock-states.ts";
import { listExceptionCauses } from "../exceptions/list-exception-causes.ts";
import { findWaitingCash } from "../receivables/find-waiting-cash.ts";

/**
 * Where all invoices are, with their money by currency, what is late or blocked, and what is open by cause.
 *
 * @throws Problem `permission-missing`
 */
export async function findPipeline(scope: Scope): Promise<PipelineWire> {
  demand(scope, "invoice.read");
  const late = await lateSql(scope.tx, scope.now);
  const rows = await query<Row>(
    scope.tx,
    `select i.stage, i.currency, count(*)::int as count, sum(i.total_minor)::text as minor, min(i.stage_since) as oldest,
            count(*) filter (where ${late.where})::int as late, count(b.invoice_id)::int as blocked
       from invoices i
       left join (select distinct x.invoice_id from exceptions x
                   where x.state = 'open' and x.severity = 'block' and x.invoice_id is not null and app.waiver_of(x) is null) b on b.invoice_id = i.id
      where i.kind <> 'opening'
      group by i.stage, i.currency order by i.currency`,
    late.values,
  );
  const atStage = Map.groupBy(rows, ({ stage }) => stage);
  const causes = await listExceptionCauses(scope);
  const [latestPeriod] = await query<Period>(
    scope.tx,
    `select period_start as start, period_end as end from billing_runs where state <> 'cancelled'
      order by period_end desc, period_start desc limit 1`,
  );
  return {
    stages: invoiceStages.map((stage) => toStage(stage, atStage.get(stage) ?? [])),
    causes: causes.map((cause) => ({ ...cause, atStake: cause.atStake.map(toMoneyWire) })),
    ...(latestPeriod !== undefined && { latestPeriod }),
    ...(scope.actor.permissions.has("receivable.read") && { cash: await findWaitingCash(scope) }),
  };
}

type Row = {
  readonly stage: InvoiceStage;
  readonly currency: string;
  readonly count: number;
  readonly minor: string;
  readonly oldest: Date;
  readonly late: number;
  readonly blocked: number;
};

function toStage(stage: InvoiceStage, rows: readonly Row[]): PipelineWire["stages"][0] {
  const { title, waitsFor } = stages[stage];
  const sum = (member: "count" | "late" | "blocked") => rows.reduce((total, row) => total + row[member], 0);
  // Where nothing is waited for, nothing waits longest.
  const [oldest] = waitsFor.length === 0 ? [] : rows.map((row) => row.oldest).toSorted((a, b) => Number(a) - Number(b));
  return {
    stage,
    title,
    count: sum("count"),
    totals: rows.map(({ minor, currency }) => minorToWire(minor, currency)),
    ...(oldest !== undefined && { oldestSince: oldest.toISOString() }),
    late: sum("late"),
    blocked: sum("blocked"),
  };
}
