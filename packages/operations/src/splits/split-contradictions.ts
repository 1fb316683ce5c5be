import type { EngagementTerms } from "@plumbline/domain/engagement/terms";
import type { EngagementId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Keyed } from "../imports/import-kind.ts";
import type { RowIssue } from "../imports/row-reader.ts";
import type { SplitItem } from "./split-item.ts";

type Engagement = {
  readonly id: EngagementId;
  readonly orders: readonly string[];
  readonly foreignOrders: readonly string[];
  /** Money that one client paid ahead cannot be drawn for what another bears. */
  readonly retained: boolean;
  /** An amount that every invoice is lowered or raised by would be so once for each part. */
  readonly adjustedByAmount: boolean;
};

/** Why splits cannot hold: against one another, against the orders of their engagement, and against what else was agreed. */
export async function splitContradictions(
  scope: Scope,
  items: readonly Keyed<SplitItem>[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const found = new Map<string, RowIssue>();
  const engagements = await query<Engagement>(scope.tx, engagementsSql, [items.map(({ item }) => item.engagementId)]);
  const known = new Map(engagements.map((engagement) => [engagement.id, engagement]));
  const others = await query<{ key: string }>(scope.tx, othersSql, [
    engagements.map(({ id }) => id),
    items.map(({ id }) => id),
  ]);
  const taken = new Set(others.map(({ key }) => key));
  for (const { id, item } of items) {
    const key = `${item.engagementId}|${item.projectId ?? ""}|${item.from}`;
    const engagement = item.engagementId && known.get(item.engagementId);
    const issue = taken.has(key)
      ? { field: "starts_on", reason: `another split of the same work starts on ${item.from}` }
      : engagement && against(engagement, item);
    if (issue === undefined) taken.add(key);
    else found.set(id, issue);
  }
  return found;
}

/** The same from the other side: terms that no engagement can have that several bear. */
export async function againstSplits(
  scope: Scope,
  items: readonly Keyed<{ readonly terms: EngagementTerms }>[],
): Promise<ReadonlyMap<string, RowIssue>> {
  const rows = await query<{ id: string }>(
    scope.tx,
    "select distinct engagement_id as id from splits where known_to is null and engagement_id = any(?)",
    [items.map(({ id }) => id)],
  );
  const divided = new Set(rows.map(({ id }) => id));
  return new Map(
    items.flatMap(({ id, item: { terms } }): [string, RowIssue][] => {
      if (!divided.has(id)) return [];
      if (terms.retainer !== undefined) return [[id, { field: "retainer_minimum", reason: reasons.retained }]];
      const byAmount = terms.adjustments?.find(({ on, amountMinor }) => on === "invoice" && amountMinor !== undefined);
      if (byAmount === undefined) return [];
      return [[id, { field: byAmount.kind === "allowance" ? "discounts" : "surcharges", reason: reasons.byAmount }]];
    }),
  );
}

const reasons = {
  retained: "money that one payer paid ahead cannot be drawn for what others bear, and a split says that several do",
  byAmount:
    "an amount on each invoice as a whole would be borne in full by each part of the split; agree on a percentage",
} as const;

function against(
  { orders, foreignOrders, retained, adjustedByAmount }: Engagement,
  { parts }: SplitItem,
): RowIssue | undefined {
  if (retained) {
    return { field: "engagement_key", reason: reasons.retained };
  }
  if (adjustedByAmount) {
    return { field: "engagement_key", reason: reasons.byAmount };
  }
  const named = parts.flatMap(({ order }) => order ?? []);
  const foreign = named.find((order) => foreignOrders.includes(order));
  if (foreign !== undefined)
    return { field: "parts", reason: `purchase order “${foreign}” is in another currency than its engagement` };
  const unknown = named.find((order) => !orders.includes(order));
  if (unknown !== undefined) return { field: "parts", reason: `the engagement has no purchase order “${unknown}”` };
  return undefined;
}

const engagementsSql = `
  select e.id,
         array(select o.number from purchase_orders o where o.engagement_id = e.id) as orders,
         array(select o.number from purchase_orders o where o.engagement_id = e.id and o.currency <> e.currency) as "foreignOrders",
         exists (select 1 from engagement_terms t where t.engagement_id = e.id and t.known_to is null and t.terms->'retainer' is not null) as retained,
         exists (select 1 from engagement_terms t, jsonb_array_elements(t.terms->'adjustments') a
                  where t.engagement_id = e.id and t.known_to is null
                    and a->>'on' = 'invoice' and a->'amountMinor' is not null) as "adjustedByAmount"
    from engagements e where e.id = any(?)`;

const othersSql = `
  select engagement_id || '|' || coalesce(project_id::text, '') || '|' || effective_from as key
    from splits where known_to is null and engagement_id = any(?) and agreement_id <> all(?)`;
