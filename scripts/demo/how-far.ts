import type { Period } from "@plumbline/domain/calendar/period";
import { type InvoiceStage, invoiceStages } from "@plumbline/domain/invoice/lifecycle";
import type { Invoice } from "@plumbline/operations/invoices/invoice-store";
import type { InScope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Where the invoices of the last month stay, in turn: enough issued to look at, and work for everybody who decides. */
// prettier-ignore
// oxfmt-ignore
const desks: readonly InvoiceStage[] = [
  "issued", "validation_pending", "manager_approved", "issued", "validation_pending", "finance_approved", "issued", "draft",
];

/**
 * How far the demo's people take the invoices of a month: to issue, and those of the last month to a desk where they wait
 * for whoever tries the demo. What somebody sent back or revised since is theirs and not touched again.
 */
export async function howFar(
  inScope: InScope,
  month: { readonly period: Period; readonly last: boolean },
): Promise<(invoice: Invoice) => boolean> {
  const rows = await inScope((scope) =>
    query<{ id: string }>(scope.tx, "select id from invoices where period_start = ? and period_end = ? order by id", [
      month.period.start,
      month.period.end,
    ]),
  );
  const until = new Map(rows.map(({ id }, turn) => [id, month.last ? desks[turn % desks.length] : "issued"] as const));
  const order = (stage: InvoiceStage) => invoiceStages.indexOf(stage);
  return ({ id, stage, approvalRound }) => {
    const desk = until.get(id);
    return desk !== undefined && approvalRound === 1 && order(stage) < order(desk);
  };
}
