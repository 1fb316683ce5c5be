/** Drafts about days up to the end of the month, issued invoices that no ledger acknowledged, and gaps in their numbers. */
export const documentsLeftSql = `
  select 'drafts_not_issued' as item, i.id, i.currency, i.total_minor as minor
    from asked a join invoices i on i.legal_entity_id = a.entity
   where i.issued_on is null and i.stage <> 'discarded' and i.period_end <= a.next_day
  union all
  select 'invoices_not_posted', i.id, i.currency, i.total_minor
    from asked a join invoices i on i.legal_entity_id = a.entity
   where i.stage = 'issued' and i.issued_on < a.next_day
  union all
  select 'numbers_missing', s.id, null, null
    from asked a join number_series s on s.legal_entity_id = a.entity
   where s.next_number - s.first_number <> (
     select count(*) from invoices i where i.tenant_id = s.tenant_id and i.series_id = s.id and i.number is not null)`;
