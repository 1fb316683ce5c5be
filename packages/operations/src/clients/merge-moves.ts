import { standingSql } from "../checklists/standing.ts";

/** What a client is named by and goes along when it is merged, each with an id, and its currency and amount where it has one. */
const agreedSql = `
  select 'engagements' as item, e.id, null as currency, null::bigint as minor from asked a join engagements e on e.client_id = a.client
  union all
  select 'paid_engagements', e.id, null, null from asked a join engagements e on e.payer_id = a.client and e.client_id <> a.client
  union all
  select 'client_rates', r.id, null, null from asked a join rates r on r.client_id = a.client and r.known_to is null
  union all
  select 'tax_certificates', t.id, null, null from asked a join tax_certificates t on t.client_id = a.client and t.known_to is null
  union all
  select 'withholding_papers', w.id, null, null
    from asked a join withholding_certificates w on w.client_id = a.client and w.withdrawn_on is null
  union all
  select 'collecting_terms', t.id, null, null from asked a join collecting_terms t on t.client_id = a.client
  union all
  select 'delivery_profiles', d.id, null, null
    from asked a join delivery_profiles d on d.client_id = a.client and not exists (
      select 1 from delivery_profiles o where o.client_id = a.survivor and o.name = d.name)
  union all
  select 'external_refs', null, null, null from asked a join external_refs r on r.kind = 'clients' and r.subject_id = a.client
  union all
  select 'earlier_merges', c.id, null, null from asked a join clients c on c.merged_into = a.client`;

/** What is owed and held, by what the ledger says. */
const moneySql = `
  select 'invoices' as item, i.id, i.currency, i.total_minor as minor
    from asked a join invoices i on a.client in (i.client_id, i.payer_id) and i.stage in ('issued', 'posted')
  union all
  select case when sum(p.amount_minor) > 0 then 'receivables_open' else 'credits_open' end, e.invoice_id, e.currency, abs(sum(p.amount_minor))
    from asked a join ledger_entries e on e.client_id = a.client
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'receivable'
   group by e.invoice_id, e.currency having sum(p.amount_minor) <> 0
  union all
  select 'retention_kept', e.invoice_id, e.currency, sum(p.amount_minor)
    from asked a join ledger_entries e on e.client_id = a.client
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'retention_receivable'
   group by e.invoice_id, e.currency having sum(p.amount_minor) <> 0
  union all
  select case p.account when 'unapplied_cash' then 'credit_balance' else 'retainers' end, e.payment_id, e.currency, -sum(p.amount_minor)
    from asked a join ledger_entries e on e.client_id = a.client
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ('unapplied_cash', 'retainer_liability')
   group by p.account, e.payment_id, e.currency having sum(p.amount_minor) <> 0
  union all
  select 'deposits_open', d.id, d.currency, app.deposit_left(d.tenant_id, d.id)
    from asked a join invoices d on d.client_id = a.client and d.kind = 'deposit' and d.number is not null
   where app.deposit_left(d.tenant_id, d.id) > 0
  union all
  select 'trust_money', t.engagement_id, t.currency, sum(case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end)
    from asked a join engagements e on e.client_id = a.client join trust_entries t on t.engagement_id = e.id
   group by t.engagement_id, t.currency having sum(case when t.kind = 'receipt' then t.amount_minor else -t.amount_minor end) <> 0`;

const lateSql = `
  select 'promises_open' as item, p.id, p.currency, p.amount_minor as minor
    from asked a join promises p on p.client_id = a.client and p.withdrawn_on is null
  union all
  select 'notices_in_force', n.id, n.currency, n.total_minor
    from asked a join dunning_notices n on n.client_id = a.client and n.withdrawn_on is null
  union all
  select 'interest_proposed', k.id, k.currency, k.interest_minor + k.compensation_minor
    from asked a join interest_claims k on k.client_id = a.client and k.state = 'proposed'`;

export const movesSql = standingSql("?::uuid as client, ?::uuid as survivor", [agreedSql, moneySql, lateSql]);
