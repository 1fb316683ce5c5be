/** Money of clients that waits at the end of the month, and what is kept in trust without having been reconciled on its last day. */
export const moneyLeftSql = `
  select 'cash_unapplied' as item, e.payment_id as id, e.currency, -sum(p.amount_minor) as minor
    from asked a
    join ledger_entries e on e.legal_entity_id = a.entity and e.booked_on < a.next_day
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'unapplied_cash'
   group by e.payment_id, e.currency having sum(p.amount_minor) <> 0
  union all
  select 'trust_not_reconciled', null, e.currency, coalesce(sum(p.amount_minor), 0)
    from asked a
    join ledger_entries e on e.legal_entity_id = a.entity and e.booked_on < a.next_day
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account = 'trust_bank'
   where not coalesce((
     select r.differences = '[]'::jsonb from trust_reconciliations r
      where r.tenant_id = e.tenant_id and r.legal_entity_id = e.legal_entity_id and r.currency = e.currency
        and r.looked_on = a.next_day - 1
      order by r.recorded_at desc, r.id desc limit 1), false)
   group by e.currency, a.first_day having sum(p.amount_minor) <> 0 or max(e.booked_on) >= a.first_day`;
