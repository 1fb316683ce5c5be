import type { InvoiceSummary } from "@plumbline/contract/invoice";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import type { DebtKind } from "@plumbline/domain/invoice/kind";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { clocksOf } from "../clocks/clocks-of-invoices.ts";

/**
 * An invoice in one line, as lists show it and moves answer.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function findInvoiceSummary(
  scope: Scope,
  input: { readonly invoiceId: InvoiceId },
): Promise<InvoiceSummary> {
  demand(scope, "invoice.read");
  const [row] = await query<SummaryRow>(
    scope.tx,
    `select ${summaryColumns} from invoices i ${summaryJoins} where i.id = ?`,
    [input.invoiceId],
  );
  if (row === undefined) throw new Problem("invoice-not-found");
  return toSummary(row, await clocksOf(scope.tx, [row.id], scope.now));
}

export type SummaryRow = {
  readonly id: InvoiceId;
  readonly kind: DebtKind;
  readonly corrects: string | null;
  readonly corrected_number: string | null;
  readonly stage: InvoiceStage;
  readonly stage_since: Date;
  readonly number_text: string | null;
  readonly client_id: string;
  readonly client: string;
  readonly legal_entity_id: string;
  readonly entity: string;
  readonly engagement: string | null;
  readonly project: string | null;
  readonly period_start: LocalDate;
  readonly period_end: LocalDate;
  readonly currency: string;
  readonly net_minor: string;
  readonly tax_minor: string;
  readonly total_minor: string;
  readonly minutes: string;
  readonly issued_on: LocalDate | null;
  readonly due_on: LocalDate | null;
  readonly version: number;
  readonly content_hash: string;
  readonly codes: readonly string[] | null;
  readonly blocking: readonly boolean[] | null;
  readonly disputed_minor: string | null;
};

/** For the select list, of invoices named `i` and what `summaryJoins` brings. */
export const summaryColumns = `
  i.id, i.kind, i.corrects, k.number_text as corrected_number, i.stage, i.stage_since, i.number_text, i.client_id, c.name as client, i.legal_entity_id,
  e.legal_name as entity, g.code || ' ' || g.name as engagement, p.name as project, i.period_start,
  i.period_end, i.currency, i.net_minor, i.tax_minor, i.total_minor, i.minutes, i.issued_on, i.due_on, i.version,
  i.content_hash, x.codes, x.blocking, (
    select sum(d.amount_minor)::text from disputes d
     where d.tenant_id = i.tenant_id and d.invoice_id = i.id and d.state <> 'resolved') as disputed_minor`;

export const summaryJoins = `
  join clients c on c.tenant_id = i.tenant_id and c.id = i.client_id
  join legal_entities e on e.tenant_id = i.tenant_id and e.id = i.legal_entity_id
  left join invoices k on k.tenant_id = i.tenant_id and k.id = i.corrects
  left join engagements g on g.tenant_id = i.tenant_id and g.id = i.engagement_id
  left join projects p on p.tenant_id = i.tenant_id and p.id = i.project_id
  left join lateral (
    select array_agg(x.code order by x.code) as codes, array_agg(x.severity = 'block' and app.waiver_of(x) is null order by x.code) as blocking
      from exceptions x where x.tenant_id = i.tenant_id and x.invoice_id = i.id and x.state = 'open') x on true`;

export function toSummary(row: SummaryRow, clocks: Awaited<ReturnType<typeof clocksOf>>): InvoiceSummary {
  const { stage, currency, stage_since: since, codes, blocking } = row;
  const clock = clocks.get(row.id);
  return {
    id: row.id,
    stage,
    stageSince: since.toISOString(),
    client: { id: row.client_id, name: row.client },
    entity: { id: row.legal_entity_id, name: row.entity },
    period: { start: row.period_start, end: row.period_end },
    net: minorToWire(row.net_minor, currency),
    tax: minorToWire(row.tax_minor, currency),
    total: minorToWire(row.total_minor, currency),
    minutes: Number(row.minutes),
    version: row.version,
    contentHash: row.content_hash,
    blocking: codes?.filter((_, index) => blocking?.[index]) ?? [],
    warnings: codes?.filter((_, index) => !blocking?.[index]) ?? [],
    ...(row.number_text !== null && { number: row.number_text }),
    ...(row.engagement !== null && { engagement: row.engagement }),
    ...(row.project !== null && { project: row.project }),
    ...(row.issued_on !== null && { issuedOn: row.issued_on }),
    ...(row.due_on !== null && { dueOn: row.due_on }),
    ...(clock !== undefined && { clock }),
    ...((row.kind === "deposit" || row.kind === "opening") && { kind: row.kind }),
    ...(row.disputed_minor !== null && { disputed: minorToWire(row.disputed_minor, currency) }),
    ...(row.corrects !== null && { corrects: { id: row.corrects, number: row.corrected_number ?? "" } }),
  };
}
