import type { z } from "zod";
import type { clockFilter, ClockWire } from "@plumbline/contract/clock";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import { lateSeconds } from "@plumbline/domain/clock/plan-clock";
import { platformTerms } from "@plumbline/domain/clock/waits";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { type ClockState, clockStates, runOutSql } from "./clock-states.ts";
import { type ClockId, clockColumns, type ClockRow } from "./clock-store.ts";

/**
 * What waits, most money first. Amounts in other currencies than the firm's first are compared at the newest rate that is known, and
 * by their number where none is: it is an order to look at things in, and no sum.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listClocks(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof clockFilter>>,
): Promise<Page<ClockWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "c.weight": "numeric", "c.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "c.owner": filter.owner, "c.invoice_id": filter.invoiceId });
  const late = await runOutSql(scope.tx, scope.now);
  const isLate = filter.late === undefined ? "true" : `(${late.where}) is ${filter.late ? "true" : "not true"}`;
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `${worth} select ${shownColumns}, c.page_keys
       from (select c.*, ${page.keys} from ${weighed} c
              where c.stopped_at is null and ${where} and ${isLate} and ${page.after} ${page.tail}) c
       ${shownJoins} ${page.order}`,
    [...values, ...(filter.late === undefined ? [] : late.values), ...page.values],
  );
  const states = new Map((await clockStates(scope.tx, rows, scope.now)).map((state) => [state.row.id, state]));
  return page.of(rows, ({ id }) => toWire(states.get(id) as ClockState<Row>, scope.now));
}

/** @throws Problem `permission-missing` | `clock-not-found` */
export async function findClock(scope: Scope, { clockId }: { readonly clockId: ClockId }): Promise<ClockWire> {
  demand(scope, "invoice.read");
  const rows = await query<Row>(
    scope.tx,
    `${worth} select ${shownColumns} from ${weighed} c ${shownJoins} where c.id = ?`,
    [clockId],
  );
  const [state] = await clockStates(scope.tx, rows, scope.now);
  if (state === undefined) throw new Problem("clock-not-found");
  return toWire(state, scope.now);
}

type Row = ClockRow & {
  /** Also of an invoice that is disputed. */
  readonly about_invoice_id: InvoiceId | null;
  readonly client_id: string | null;
  readonly client: string | null;
  readonly number_text: string | null;
  readonly message: string | null;
  readonly stake_minor: string | null;
  readonly stake_currency: string;
  readonly steps: readonly {
    readonly does: ClockWire["steps"][0]["does"];
    readonly to: ClockWire["owner"];
    readonly at: string;
    readonly due: string;
  }[];
};

/** What a unit of each currency is worth in that of the firm's first legal entity. */
const worth = `
  with home as (select currency from legal_entities order by key limit 1),
  worth as (
    select c.currency, coalesce(
             (select r.rate from fx_rates r
               where r.known_to is null and r.base_currency = c.currency and r.quote_currency = h.currency
               order by r.rate_on desc limit 1),
             (select 1 / r.rate from fx_rates r
               where r.known_to is null and r.base_currency = h.currency and r.quote_currency = c.currency
               order by r.rate_on desc limit 1), 1) as rate
      from home h, (select currency from invoices union select currency from exceptions) c)`;

/** Clocks with the money that waits: all of the invoice, or what the exception holds back. */
const weighed = `(
  select c.*, s.minor as stake_minor, s.currency as stake_currency,
         round(coalesce(s.minor, 0) * w.rate / power(10::numeric, app.minor_digits(s.currency)), 2) as weight
    from clocks c
    left join exceptions x on x.tenant_id = c.tenant_id and x.id = c.exception_id
    left join disputes d on d.tenant_id = c.tenant_id and d.id = c.dispute_id
    left join invoices i on i.tenant_id = c.tenant_id and i.id = coalesce(c.invoice_id, d.invoice_id)
   cross join lateral (
     select case when d.id is not null then d.amount_minor when i.id is null then x.amount_minor else i.total_minor end as minor, coalesce(i.currency, x.currency) as currency) s
    join worth w on w.currency = s.currency)`;

const shownColumns = `${clockColumns}, c.stake_minor, c.stake_currency, i.number_text, k.id as client_id, k.name as client, i.id as about_invoice_id, coalesce(x.message, d.reason) as message,
  (select coalesce(jsonb_agg(jsonb_build_object('does', s.does, 'to', s.to_owner, 'at', s.taken_at, 'due', s.due_at) order by s.ordinal), '[]')
     from clock_steps s where s.tenant_id = c.tenant_id and s.clock_id = c.id) as steps`;

const shownJoins = `
  left join exceptions x on x.tenant_id = c.tenant_id and x.id = c.exception_id
  left join disputes d on d.tenant_id = c.tenant_id and d.id = c.dispute_id
  left join invoices i on i.tenant_id = c.tenant_id and i.id = coalesce(c.invoice_id, d.invoice_id)
  left join clients k on k.tenant_id = i.tenant_id and k.id = i.client_id`;

function toWire({ row, owner, dueAt, paused }: ClockState<Row>, now: Date): ClockWire {
  return {
    id: row.id,
    wait: row.wait,
    waitsFor: platformTerms(row.wait).what,
    owner,
    subject: subjectOf(row),
    ...(row.about_invoice_id !== null && { invoiceId: row.about_invoice_id }),
    ...(row.client_id !== null && { client: { id: row.client_id, name: row.client ?? "" } }),
    since: row.since.toISOString(),
    ...(dueAt !== undefined && { dueAt: dueAt.toISOString() }),
    lateSeconds: lateSeconds(dueAt, row.stopped_at ?? now),
    ...(row.stake_minor !== null && { atStake: minorToWire(row.stake_minor, row.stake_currency) }),
    ...(paused !== undefined && {
      paused: { since: new Date(paused.from).toISOString(), reason: paused.reason, by: paused.by },
    }),
    steps: row.steps.map(({ does, to, at, due }) => ({
      does,
      to,
      at: new Date(at).toISOString(),
      lateSeconds: lateSeconds(new Date(due), new Date(at)),
    })),
  };
}

function subjectOf({ exception_id, dispute_id, invoice_id, message, number_text, client }: Row): ClockWire["subject"] {
  if (exception_id !== null) return { kind: "exception", id: exception_id, name: message ?? "" };
  if (dispute_id !== null) return { kind: "dispute", id: dispute_id, name: message ?? "" };
  // A clock that is about neither is about an invoice: the table says so.
  return { kind: "invoice", id: invoice_id ?? "", name: number_text ?? client ?? "" };
}
