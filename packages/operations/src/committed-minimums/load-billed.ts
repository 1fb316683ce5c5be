import type { EngagementId } from "@plumbline/domain/id";
import type { BilledLine } from "@plumbline/domain/rating/billed-of-period";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

type Row = Omit<BilledLine, "minor" | "number"> & {
  readonly engagementId: EngagementId;
  readonly number: string | null;
  readonly minor: string;
};

/**
 * What invoices bill of engagements, line by line, each net of what a credit note took back to be billed again. What was conceded
 * still counts: a gift that the next shortfall takes back is none. Disbursements are the client's own money, and deposits are no work.
 *
 * @param drafts whether those count that are not issued yet
 */
export async function loadBilled(
  tx: TenantTx,
  { engagementIds, drafts }: { readonly engagementIds: readonly string[]; readonly drafts: boolean },
): Promise<ReadonlyMap<EngagementId, readonly BilledLine[]>> {
  const rows = await query<Row>(tx, billedSql, [engagementIds, drafts]);
  const lines = rows.map(({ number, minor, ...line }) => ({
    ...line,
    number: number ?? undefined,
    minor: BigInt(minor),
  }));
  return Map.groupBy(lines, ({ engagementId }) => engagementId);
}

/** A credit keeps what a line was made from: claims that it divided name the one they are of. */
const billedSql = `
  select l.engagement_id as "engagementId", i.number_text as number,
         (l.net_minor + coalesce((
           select sum(t.net_minor) from credit_lines x
             join invoice_lines t on t.tenant_id = x.tenant_id and t.id = x.line_id
             join invoices n on n.tenant_id = t.tenant_id and n.id = t.invoice_id and n.number is not null
            where x.tenant_id = l.tenant_id and x.corrected_line_id = l.id and x.treatment = 'rebillable'), 0))::text as minor,
         of.kind = 'expense' as "isExpense", of.days
    from invoice_lines l
    join invoices i on i.tenant_id = l.tenant_id and i.id = l.invoice_id and i.content_version = l.content_version
     and i.kind = 'invoice' and i.stage <> 'discarded'
    join engagements e on e.tenant_id = l.tenant_id and e.id = l.engagement_id and e.currency = i.currency
   cross join lateral (
     select max(d.kind) as kind, jsonb_agg(jsonb_build_object('on', d.worked_on, 'minutes', d.minutes) order by d.worked_on) as days
       from (select w.kind, w.worked_on, sum(c.billed_minutes)::int as minutes
               from claims c
               join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
              where c.tenant_id = l.tenant_id and c.line_id = l.id and c.kept_of is null group by 1, 2) d) of
   where l.engagement_id = any(?) and (i.number is not null or ?) and of.kind not in ('shortfall', 'disbursement')
   order by i.number nulls last, l.id`;
