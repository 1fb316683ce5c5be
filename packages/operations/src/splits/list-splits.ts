import type { z } from "zod";
import type { Page } from "@plumbline/contract/page";
import type { splitFilter, SplitWire } from "@plumbline/contract/split";
import { type SplitShare, shareText } from "@plumbline/domain/engagement/split";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";

type Row = Pick<SplitWire, "id" | "engagement" | "from" | "replaced"> & {
  readonly project: SplitWire["project"] | null;
  readonly until: SplitWire["from"] | null;
  readonly parts: readonly (Omit<SplitWire["parts"][number], "share"> & Pick<SplitShare, "weight" | "of">)[];
  readonly page_keys: readonly string[];
};

/**
 * Who bears which engagements, the newest agreement first; replaced ones too, because what they divided goes on by them.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listSplits(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof splitFilter>>,
): Promise<Page<SplitWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "s.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "s.engagement_id": filter.engagementId });
  const rows = await query<Row>(
    scope.tx,
    `select s.id, jsonb_build_object('id', e.id, 'name', e.name) as engagement,
            case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name) end as project,
            s.effective_from as "from", s.effective_to as until, s.known_to is not null as replaced, b.parts, ${page.keys}
       from splits s
       join engagements e on e.tenant_id = s.tenant_id and e.id = s.engagement_id
       left join projects p on p.tenant_id = s.tenant_id and p.id = s.project_id
      cross join lateral (
        select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('position', x.position,
                 'payer', jsonb_build_object('id', c.id, 'name', c.name), 'weight', x.weight, 'of', x.of,
                 'purchaseOrder', o.number, 'costCentre', x.cost_centre, 'profile', d.name)) order by x.position) as parts
          from split_parts x
          join clients c on c.tenant_id = x.tenant_id and c.id = x.payer_id
          join delivery_profiles d on d.tenant_id = x.tenant_id and d.id = x.delivery_profile_id
          left join purchase_orders o on o.tenant_id = x.tenant_id and o.id = x.purchase_order_id
         where x.tenant_id = s.tenant_id and x.split_id = s.id) b
      where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, toWire);
}

const toWire = ({ id, engagement, project, from, until, replaced, parts }: Row): SplitWire => ({
  id,
  engagement,
  ...(project && { project }),
  from,
  ...(until !== null && { until }),
  replaced,
  parts: parts.map(({ weight, of, ...part }) => ({ ...part, share: shareText({ weight, of }) })),
});
