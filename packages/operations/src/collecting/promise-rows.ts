import type { PromiseWire } from "@plumbline/contract/promise";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { accountOf, residualKinds } from "@plumbline/domain/receivable/residual";

const settling = residualKinds
  .filter((kind) => accountOf(kind) !== undefined)
  .map((kind) => `'${kind}'`)
  .join(", ");

/**
 * Promises as `p`, and as `k` what became of each by a day: what its invoices took of money that came in from its making to
 * its day, what was open on them then, and so whether it was kept.
 *
 * @param day SQL of the day on which it is looked at, for a promise `p`
 */
export const promisesOn = (day: string): string => `promises p
 cross join lateral (
   select coalesce(sum(s.paid), 0) as paid, coalesce(sum(s.open), 0) as open
     from promise_items m
    cross join lateral (
      select (select coalesce(sum(x.amount_minor + case when x.residual_kind in (${settling}) then x.residual_minor else 0 end), 0)
                from payment_applications x
                join ledger_entries e on e.tenant_id = x.tenant_id and e.id = x.entry_id and e.booked_on <= ${day}
                join payments y on y.tenant_id = x.tenant_id and y.id = x.payment_id and y.credit_note_id is null
               where x.tenant_id = m.tenant_id and x.invoice_id = m.invoice_id
                 and y.received_on between p.made_on and least(p.due_on, ${day})
                 and not exists (select 1 from ledger_entries r where r.tenant_id = x.tenant_id and r.reverses = x.entry_id and r.booked_on <= ${day})) as paid,
             (select coalesce(sum(g.amount_minor), 0)
                from ledger_entries e join ledger_postings g on g.tenant_id = e.tenant_id and g.entry_id = e.id
               where e.tenant_id = m.tenant_id and e.invoice_id = m.invoice_id and g.account = 'receivable'
                 and e.booked_on <= least(p.due_on, ${day})) as open) s
    where m.tenant_id = p.tenant_id and m.promise_id = p.id) f
 cross join lateral (
   select f.paid, case when p.withdrawn_on <= ${day} then 'withdrawn'
                       when f.paid >= p.amount_minor or f.open <= 0 then 'kept'
                       when ${day} <= p.due_on then 'open'
                       else 'broken' end as state) k`;

export type PromiseRow = Pick<PromiseWire, "id" | "client" | "entity" | "said" | "state" | "invoices" | "by"> & {
  readonly currency: string;
  readonly amount_minor: string;
  readonly paid: string;
  readonly made_on: LocalDate;
  readonly due_on: LocalDate;
  readonly recorded_at: Date;
  readonly withdrawn: PromiseWire["withdrawn"] | null;
};

export const promiseSelect = `p.id, jsonb_build_object('id', c.id, 'name', c.name) as client,
  jsonb_build_object('id', l.id, 'name', l.legal_name) as entity, p.currency, p.amount_minor, k.paid, k.state, p.made_on,
  p.due_on, p.said, b.name as by, p.recorded_at, o.invoices,
  case when w.id is not null then jsonb_build_object('on', p.withdrawn_on, 'reason', p.withdrawn_reason, 'by', w.name) end as withdrawn`;

/** Promises with all that is told of them; `nowIs` stands before them. */
export const promiseFrom = `${promisesOn("(select (z.instant at time zone t.time_zone)::date from legal_entities t, now_is z where t.id = p.legal_entity_id)")}
  join legal_entities l on l.tenant_id = p.tenant_id and l.id = p.legal_entity_id
  join clients c on c.tenant_id = p.tenant_id and c.id = p.client_id
  join memberships b on b.tenant_id = p.tenant_id and b.id = p.recorded_by
  left join memberships w on w.tenant_id = p.tenant_id and w.id = p.withdrawn_by
 cross join lateral (
   select jsonb_agg(jsonb_build_object('id', i.id, 'number', i.number_text) order by i.due_on, i.id) as invoices
     from promise_items m join invoices i on i.tenant_id = m.tenant_id and i.id = m.invoice_id
    where m.tenant_id = p.tenant_id and m.promise_id = p.id) o`;

/** Before every select from `promiseFrom`: the present instant, which is its first value. */
export const nowIs = "with now_is as (select ?::timestamptz as instant)";

export const promiseFromRow = (row: PromiseRow): PromiseWire => ({
  id: row.id,
  client: row.client,
  entity: row.entity,
  amount: minorToWire(row.amount_minor, row.currency),
  paid: minorToWire(row.paid, row.currency),
  madeOn: row.made_on,
  dueOn: row.due_on,
  said: row.said,
  state: row.state,
  invoices: row.invoices,
  by: row.by,
  at: row.recorded_at.toISOString(),
  ...(row.withdrawn !== null && { withdrawn: row.withdrawn }),
});
