/** Of a line `l` of a credit note: the line it takes back from, as JSON. */
export const creditsOfLineSql = `(
  select jsonb_build_object('line', o.position, 'treatment', x.treatment) from credit_lines x
    join invoice_lines o on o.tenant_id = x.tenant_id and o.id = x.corrected_line_id
   where x.tenant_id = l.tenant_id and x.line_id = l.id)`;

/** Of a line `l` that was credited: what is left of it, as JSON. */
export const leftOfLineSql = `(
  select jsonb_build_object('quantity', trim_scale(l.quantity - sum(x.quantity))::text,
                            'netMinor', (l.net_minor + l.spread_minor + sum(b.net_minor))::text)
    from credit_lines x
    join invoice_lines b on b.tenant_id = x.tenant_id and b.id = x.line_id
    join invoices c on c.tenant_id = b.tenant_id and c.id = b.invoice_id and c.stage <> 'discarded'
   where x.tenant_id = l.tenant_id and x.corrected_line_id = l.id having count(*) > 0)`;

/** Of an invoice `i` that took back: what is billed anew of it, as JSON; null when nothing is. */
export const rebilledBySql = `(
  select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', r.id, 'number', r.number_text)) order by r.id)
    from invoices r where r.tenant_id = i.tenant_id and r.replaces = i.id and r.stage <> 'discarded')`;

/**
 * For the select list, of invoices named `i`: why it takes back, which credit notes take back from it, and what is billed anew
 * of what.
 */
export const correctionColumns = `
  case when i.corrects is not null
       then jsonb_build_object('code', i.correction_code, 'reason', i.correction_reason) end as correction,
  (select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'id', c.id, 'number', c.number_text, 'stage', c.stage, 'totalMinor', c.total_minor::text)) order by c.id)
     from invoices c where c.tenant_id = i.tenant_id and c.corrects = i.id and c.stage <> 'discarded') as credit_notes,
  i.rebills,
  (select jsonb_build_object('id', c.id, 'number', c.number_text)
     from invoices c where c.tenant_id = i.tenant_id and c.id = i.replaces) as replaces,
  ${rebilledBySql} as rebilled_by`;
