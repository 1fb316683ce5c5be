import type { Cap } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";

/** A limit as it was agreed: of an engagement, of one of its projects, or of a purchase order. */
export type AgreedLimit = {
  readonly kind: "cap" | "order";
  readonly measure: "money" | "minutes";
  readonly engagementId: string;
  readonly projectId: string | undefined;
  readonly orderId: string | undefined;
  readonly currency: Currency | undefined;
  readonly countsExpenses: boolean;
  /** Absent when it limits nothing any more. */
  readonly total: bigint | undefined;
};

/** Both measures of a cap, also where it has only one: a ceiling that is not said any more is none. */
export const limitsOfCap = (
  cap: Cap | undefined,
  of: { readonly engagementId: string; readonly projectId?: string; readonly currency: Currency },
): AgreedLimit[] => {
  const common = {
    kind: "cap",
    engagementId: of.engagementId,
    projectId: of.projectId,
    orderId: undefined,
    countsExpenses: cap?.includesExpenses ?? false,
  } as const;
  const { amountMinor, minutes } = cap ?? {};
  return [
    {
      ...common,
      measure: "money",
      currency: of.currency,
      total: amountMinor === undefined ? undefined : BigInt(amountMinor),
    },
    { ...common, measure: "minutes", currency: undefined, total: minutes === undefined ? undefined : BigInt(minutes) },
  ];
};

/** Why limits cannot be as they are said now, by what they are of: less than is drafted or billed, or another currency. */
export async function limitContradictions(
  scope: Scope,
  agreed: readonly AgreedLimit[],
): Promise<ReadonlyMap<AgreedLimit, string>> {
  const used = await query<{ key: string; used: string; currency: Currency | null }>(
    scope.tx,
    `select concat_ws('|', engagement_id, coalesce(project_id::text, ''), coalesce(purchase_order_id::text, ''), measure) as key,
            used, currency
       from limits where used > 0 and engagement_id = any(?)`,
    [[...new Set(agreed.map(({ engagementId }) => engagementId))]],
  );
  const known = new Map(used.map((row) => [row.key, row]));
  const reasons = new Map<AgreedLimit, string>();
  for (const limit of agreed) {
    const row = known.get(keyOf(limit));
    if (row === undefined || limit.total === undefined) continue;
    const said = (minor: bigint) =>
      row.currency === null ? `${Number(minor) / 60} h` : amountText(minor, row.currency);
    if (row.currency !== null && limit.currency !== row.currency) {
      reasons.set(limit, `is in ${limit.currency}, but ${said(BigInt(row.used))} are drafted or billed under it`);
    } else if (limit.total < BigInt(row.used)) {
      reasons.set(limit, `is less than the ${said(BigInt(row.used))} that are drafted or billed under it already`);
    }
  }
  return reasons;
}

const keyOf = ({ engagementId, projectId, orderId, measure }: AgreedLimit) =>
  [engagementId, projectId ?? "", orderId ?? "", measure].join("|");

/** Writes limits as they are agreed now. What was used of them stays counted. */
export async function saveLimits(scope: Scope, agreed: readonly AgreedLimit[]): Promise<void> {
  const ended = agreed.filter(({ total }) => total === undefined);
  await query(
    scope.tx,
    `update limits l set total = null
       from unnest(?::uuid[], ?::uuid[], ?::text[]) u (engagement_id, project_id, measure)
      where l.kind = 'cap' and l.engagement_id = u.engagement_id and l.project_id is not distinct from u.project_id
        and l.measure = u.measure and l.total is not null`,
    [
      ended.map(({ engagementId }) => engagementId),
      ended.map(({ projectId }) => projectId ?? null),
      ended.map(({ measure }) => measure),
    ],
  );
  await insertRows(
    scope.tx,
    "limits",
    agreed.filter(({ total }) => total !== undefined),
    {
      id: ["uuid", () => scope.newId()],
      kind: ["text", ({ kind }) => kind],
      measure: ["text", ({ measure }) => measure],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      project_id: ["uuid", ({ projectId }) => projectId],
      purchase_order_id: ["uuid", ({ orderId }) => orderId],
      currency: ["text", ({ currency }) => currency],
      counts_expenses: ["boolean", ({ countsExpenses }) => countsExpenses],
      total: ["bigint", ({ total }) => total],
    },
    {
      suffix: `on conflict (tenant_id, engagement_id, project_id, purchase_order_id, measure) do update set
        total = excluded.total, currency = excluded.currency, counts_expenses = excluded.counts_expenses`,
    },
  );
}
