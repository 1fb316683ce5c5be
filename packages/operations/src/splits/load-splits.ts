import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { EngagementId, ProjectId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import type { EngagementRow, SplitRow } from "../drafts/book-rows.ts";

type StoredSplit = Omit<SplitRow, "projectId" | "until"> & {
  readonly engagementId: EngagementId;
  readonly projectId: ProjectId | null;
  readonly until: LocalDate | null;
};

/** All splits as they were known, replaced ones too: what was billed by one goes on by it. */
export async function loadSplits(tx: TenantTx, knownAt: string | null): Promise<ReadonlyMap<EngagementId, SplitRow[]>> {
  const rows = await query<StoredSplit>(tx, splitsSql, [knownAt, knownAt]);
  const splits = rows.map(({ engagementId, projectId, until, parts, ...split }) => ({
    engagementId,
    split: {
      ...split,
      ...(projectId !== null && { projectId }),
      ...(until !== null && { until }),
      parts: parts.map(({ costCentre, ...part }) => ({ ...part, ...(costCentre && { costCentre }) })),
    },
  }));
  const byEngagement = Map.groupBy(splits, ({ engagementId }) => engagementId);
  return new Map([...byEngagement].map(([id, of]) => [id, of.map(({ split }) => split)]));
}

/** Gives each engagement that several pay what is known about them: kept with the draft, like the rest. */
export const withSplits = (
  engagements: readonly EngagementRow[],
  splits: ReadonlyMap<EngagementId, readonly SplitRow[]>,
): readonly EngagementRow[] =>
  splits.size === 0
    ? engagements
    : engagements.map((row) => {
        const ofIt = splits.get(row.id);
        return ofIt === undefined ? row : { ...row, splits: ofIt };
      });

const splitsSql = `
  select s.id, s.engagement_id as "engagementId", s.project_id as "projectId", s.effective_from as "from", s.effective_to as until,
         coalesce(s.known_to <= coalesce(?::timestamptz, now()), false) as replaced,
         jsonb_agg(jsonb_build_object('position', p.position, 'weight', p.weight, 'of', p.of, 'costCentre', p.cost_centre,
           'as', jsonb_build_object('payerId', p.payer_id, 'profileId', p.delivery_profile_id, 'grouping', d.grouping,
             'language', d.language, 'poRequired', c.po_required,
             'client', jsonb_build_object('legalName', c.legal_name, 'country', c.country, 'taxId', c.tax_id,
               'invoiceEmail', c.invoice_email, 'isBusiness', c.is_business),
             'check', k."check",
             'orders', case when o.id is not null then jsonb_build_array(jsonb_build_object('id', o.id, 'number', o.number,
               'currency', o.currency, 'from', o.valid_from, 'to', o.valid_to)) end))
           order by p.position) as parts
    from splits s
    join split_parts p on p.tenant_id = s.tenant_id and p.split_id = s.id
    join clients c on c.tenant_id = p.tenant_id and c.id = p.payer_id
    join delivery_profiles d on d.tenant_id = p.tenant_id and d.id = p.delivery_profile_id
    left join purchase_orders o on o.tenant_id = p.tenant_id and o.id = p.purchase_order_id
    left join lateral (
      select jsonb_build_object('id', v.id, 'facts', v.facts) as "check" from evidence v
       where v.tenant_id = p.tenant_id and v.kind = 'vat_id_check' and v.subject_id = p.payer_id
       order by v.recorded_at desc, v.id desc limit 1) k on true
   where s.known_from <= coalesce(?::timestamptz, now())
   group by s.tenant_id, s.id order by s.effective_from, s.id`;
