/**
 * Whether a cost named `w`, with `x` of its expenses, would be billed otherwise than a version that is named `v` and `y`, and not only
 * for another sum: on another day or project, in another currency or at another rate of exchange, as another category, or in
 * another name. It is billed anew once a credit note took that back.
 */
const billedOtherwise = `
  (v.kind, v.project_id, v.worked_on, v.currency, y.category, y.exchange_rate)
    is distinct from (w.kind, w.project_id, w.worked_on, w.currency, x.category, x.exchange_rate)`;

/** Claims on lines of issued invoices of costs that were edited after they were billed, as the current version sees them. */
export const editedCostsSql = `
  select w.tenant_id, w.id, w.version, w.status, w.amount_minor as minor, w.currency, c.id as claim_id, c.share, c.line_id, c.work_item_version,
         i.id as invoice_id, i.number, coalesce(c.amount_minor, v.amount_minor) as taken, ${billedOtherwise} as otherwise,
         exists (select 1 from credit_lines k
                   join invoice_lines kl on kl.tenant_id = k.tenant_id and kl.id = k.line_id
                   join invoices n on n.tenant_id = kl.tenant_id and n.id = kl.invoice_id
                  where k.tenant_id = c.tenant_id and k.corrected_line_id = c.line_id
                    and n.number is null and n.stage <> 'discarded') as underway
    from billed_edits b
    join work_items w on w.tenant_id = b.tenant_id and w.id = b.work_item_id and w.version = b.version and w.current
    join expenses x on x.tenant_id = w.tenant_id and x.id = w.id and x.version = w.version
    join claims c on c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null and c.line_id is not null
    join work_items v on v.tenant_id = c.tenant_id and v.id = c.work_item_id and v.version = c.work_item_version
    join expenses y on y.tenant_id = v.tenant_id and y.id = v.id and y.version = v.version
    join invoice_lines l on l.tenant_id = c.tenant_id and l.id = c.line_id
    join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id
   where b.billed_minor is not null`;

/**
 * What invoices hold of costs of which only the sum was edited, and as which share the rest is taken. While a draft or a credit on
 * its way is about one of them, nothing more is: what is due of it is known afterwards.
 */
export const heldCostsSql = `
  select tenant_id, id, version, sum(taken) as minor, max(share) + 1 as share from (${editedCostsSql}) e
   group by 1, 2, 3 having not bool_or(number is null or otherwise or underway)`;

/** What was billed of an earlier version of a cost named `w`, as members of its detail. With `earlierJoins` and `heldCostsSql` as `h`. */
export const earlierCostSql = `
  case when b.billed_minor is null then '{}'::jsonb
       else jsonb_build_object('earlier', jsonb_strip_nulls(jsonb_build_object(
              'version', b.billed_version, 'amountMinor', b.billed_minor::text, 'number', bi.number_text, 'takenMinor', h.minor::text,
              'currency', (select v.currency from work_items v
                            where v.tenant_id = w.tenant_id and v.id = w.id and v.version = b.billed_version)))) end`;
