import type { InvoiceFilter, InvoiceSummary } from "@plumbline/contract/invoice";
import type { Page } from "@plumbline/contract/page";
import { invoiceStages, moves, nextMove } from "@plumbline/domain/invoice/lifecycle";
import { stages } from "@plumbline/domain/invoice/stages";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { lateSql } from "../clocks/clock-states.ts";
import { clocksOf } from "../clocks/clocks-of-invoices.ts";
import { type SummaryRow, summaryColumns, summaryJoins, toSummary } from "./invoice-summary.ts";

/**
 * Invoices that match, newest first. Where something is waited for, at a stage or by the caller, what has waited longest
 * comes first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listInvoices(scope: Scope, filter: InvoiceFilter): Promise<Page<InvoiceSummary>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, isQueue(filter) ? oldestWait : newest);
  const { where, values } = await conditionsOf(scope, filter);
  // The page is cut before names are joined, so that only rows that are shown are looked up.
  const rows = await query<SummaryRow & { readonly page_keys: string[] }>(
    scope.tx,
    `select ${summaryColumns}, i.page_keys
       from (select i.*, ${page.keys} from invoices i where ${where} and ${page.after} ${page.tail}) i
       ${summaryJoins} ${page.order}`,
    [...values, ...page.values],
  );
  const clocks = await clocksOf(
    scope.tx,
    rows.map(({ id }) => id),
    scope.now,
  );
  return page.of(rows, (row) => toSummary(row, clocks));
}

const newest = { sort: { "i.id": "uuid" }, direction: "desc" } as const;
const oldestWait = { sort: { "i.stage_since": "timestamptz", "i.id": "uuid" }, direction: "asc" } as const;

const isQueue = ({ stage, awaitingMe }: InvoiceFilter): boolean =>
  stage === undefined ? awaitingMe === true : stages[stage].waitsFor.length > 0;

type Condition = { readonly where: string; readonly values: readonly unknown[] };

async function conditionsOf(scope: Scope, filter: InvoiceFilter): Promise<Condition> {
  const { blocked, late, awaitingMe } = filter;
  const conditions: readonly Condition[] = [
    matching({
      "i.stage": filter.stage,
      "i.client_id": filter.clientId,
      "i.billing_run_id": filter.billingRunId,
      "i.currency": filter.currency,
      "i.number_text": filter.number,
    }),
    ...(blocked === undefined ? [] : [either(blockedSql, blocked)]),
    ...(late === undefined ? [] : [either(await lateSql(scope.tx, scope.now), late)]),
    ...(awaitingMe === undefined ? [] : [either(awaitingSql(scope), awaitingMe)]),
  ];
  return {
    where: conditions.map(({ where }) => where).join(" and "),
    values: conditions.flatMap(({ values }) => values),
  };
}

/** Those it is true of, or all others: where it is unknown as well. */
const either = ({ where, values }: Condition, wanted: boolean): Condition => ({
  where: wanted ? where : `(${where}) is not true`,
  values,
});

const blockedSql: Condition = {
  where: `exists (select 1 from exceptions x where x.tenant_id = i.tenant_id and x.invoice_id = i.id
                   and x.state = 'open' and x.severity = 'block' and app.waiver_of(x) is null)`,
  values: [],
};

/** Whether the next move is the actor's to make: `refuseActor` and the duties of `refuseApproval`, for many rows at once. */
function awaitingSql({ actor }: Scope): Condition {
  const mine = invoiceStages.filter((stage) => {
    const next = nextMove(stage);
    return next !== undefined && actor.permissions.has(moves[next].needs);
  });
  const signed = mine.filter((stage) => nextMove(stage)?.startsWith("approve"));
  return {
    where: `i.stage = any(?) and not (i.stage = any(?) and (
            (select array[app.actor()] || array(select k.actor_id from api_keys k where k.created_by = app.actor()))
              && array[i.prepared_by, i.content_by, coalesce(i.submitted_by, i.prepared_by)]
            or exists (select 1 from approvals a where a.tenant_id = i.tenant_id and a.invoice_id = i.id
                          and a.approval_round = i.approval_round and a.actor_id = (select app.actor()))))`,
    values: [mine, signed],
  };
}
