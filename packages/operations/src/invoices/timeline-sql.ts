/** Everything that is told of one invoice: itself, its disputes, what stopped it, and the clocks of all of them. */
const subjects = `
  about as (select id as invoice_id, tenant_id from invoices where id = ?),
  disputed as (select d.id from about a join disputes d on d.tenant_id = a.tenant_id and d.invoice_id = a.invoice_id),
  stopping as (select x.* from about a join exceptions x on x.tenant_id = a.tenant_id and x.invoice_id = a.invoice_id),
  waited as (
    select c.* from about a join clocks c on c.tenant_id = a.tenant_id
     where c.invoice_id = a.invoice_id or c.exception_id in (select id from stopping) or c.dispute_id in (select id from disputed))`;

/** What was done, as events say it; of a clock's step, what was waited for. */
const events = `
  select o.occurred_at as at, 0 as rank, o.sequence, o.name as what, m.name as by, m.kind as by_kind,
         coalesce(o.data->>'reason', o.data->>'to') as reason, null::jsonb as rulings, c.wait, c.due_at, c.stopped_at
    from about a
    join outbox o on o.tenant_id = a.tenant_id and o.subject_id in (
      select invoice_id from about union all select id from disputed union all select id from waited)
    join memberships m on m.tenant_id = o.tenant_id and m.id = o.actor_id
    left join waited c on c.id = o.subject_id`;

const rulings = `
  select v.decided_at, 1, 0, 'policy.judged', 'policies ' || left(v.bundle_hash, 12), 'system', null, (
           select jsonb_object_agg(outcome, rules) from (
             select r->>'outcome' as outcome, jsonb_agg(r->>'rule' order by r->>'rule') as rules
               from jsonb_array_elements(v.rulings) r group by 1) by_outcome), null, null, null
    from about a join policy_decisions v on v.tenant_id = a.tenant_id and v.invoice_id = a.invoice_id`;

const stops = `
  select t.at, 2, 0, t.what, x.owner, 'system', x.message, null, null, null, null
    from stopping x cross join lateral (values (x.opened_at, 'exception.opened'), (x.closed_at, 'exception.closed')) t (at, what)
   where t.at is not null`;

/** What was done within a minute was waited for by nobody. */
const waits = `
  select c.since, 3, 0, 'clock.waited', coalesce(c.owner, x.owner), 'system', null, null, c.wait, c.due_at, c.stopped_at
    from waited c left join stopping x on x.id = c.exception_id
   where c.stopped_at is null or c.stopped_at >= c.since + interval '1 minute'`;

/** In order: what happened in one transaction as it follows from what. The invoice is the one value. */
export const timelineSql = `
  with ${subjects}
  select * from (${events} union all ${rulings} union all ${stops} union all ${waits}) t order by at, rank, sequence, what`;
