/**
 * Of the issued invoice `i`: what its client may keep for paying early, as JSON with the last day of each and its amount, a share
 * of all that is asked for, rounded half up; null where nothing was agreed.
 */
export const earlyPaymentOfInvoice = `(
  select jsonb_agg(t.tier || jsonb_build_object('until', i.issued_on + (t.tier ->> 'days')::int, 'amountMinor', round(
           (i.total_minor - (select coalesce(sum(r.retained_minor), 0) from invoice_lines r
                              where r.tenant_id = i.tenant_id and r.invoice_id = i.id and r.content_version = i.content_version))
           * (t.tier ->> 'basisPoints')::numeric / 10000)::text) order by t.position)
    from jsonb_array_elements(i.early_payment::jsonb) with ordinality t (tier, position))`;
