/** What is on its way in: runs at work on the month, rows put aside, entries of the bank. Runs and rows are of no entity yet. */
export const intakeLeftSql = `
  select 'runs_not_finished' as item, r.id, null as currency, null::bigint as minor
    from asked a join billing_runs r on r.state in ('queued', 'running') and r.period_start < a.next_day
  union all
  select 'rows_quarantined', q.id, null, null from quarantined_rows q where q.state = 'open'
  union all
  select 'bank_entries_open', b.id, s.currency, b.amount_minor
    from asked a
    join bank_statements s on s.legal_entity_id = a.entity
    join bank_entries b on b.tenant_id = s.tenant_id and b.bank_statement_id = s.id
   where b.state in ('open', 'held') and b.booked_on < a.next_day`;
