import type { ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { Cap } from "@plumbline/domain/engagement/terms";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { amendedBySql } from "../change-orders/amended-by.ts";

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
  /** The change order that says so. What one set, no import sets back. */
  readonly changeOrderId?: string;
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

type Known = {
  readonly key: string;
  readonly used: string;
  readonly opening: string;
  readonly total: string | null;
  readonly agreedTotal: string | null;
  readonly currency: Currency | null;
  readonly amendedBy: ChangeOrderRef | null;
};

/**
 * Why limits cannot be as they are said now, by what they are of: less than is drafted or billed, another currency, or not
 * what a change order made of them.
 */
export async function limitContradictions(
  scope: Scope,
  agreed: readonly AgreedLimit[],
): Promise<ReadonlyMap<AgreedLimit, string>> {
  const used = await query<Known>(
    scope.tx,
    `select concat_ws('|', l.engagement_id, coalesce(l.project_id::text, ''), coalesce(l.purchase_order_id::text, ''), l.measure) as key,
            l.used, l.opening, l.total, l.agreed_total as "agreedTotal", l.currency, ${amendedBySql} as "amendedBy"
       from limits l left join change_orders o on o.tenant_id = l.tenant_id and o.id = l.change_order_id
      where (l.used > 0 or o.id is not null) and l.engagement_id = any(?)`,
    [[...new Set(agreed.map(({ engagementId }) => engagementId))]],
  );
  const known = new Map(used.map((row) => [row.key, row]));
  const reasons = new Map<AgreedLimit, string>();
  for (const limit of agreed) {
    const row = known.get(keyOf(limit));
    if (row === undefined) continue;
    if (row.amendedBy !== null && limit.changeOrderId === undefined) {
      const { number, signedOn } = row.amendedBy;
      if (![row.total, row.agreedTotal].includes(limit.total === undefined ? null : String(limit.total)))
        reasons.set(limit, `was amended by change order ${number} of ${signedOn}; change it by another`);
      continue;
    }
    if (limit.total === undefined) continue;
    const said = (minor: bigint) =>
      row.currency === null ? `${Number(minor) / 60} h` : amountText(minor, row.currency);
    if (row.currency !== null && limit.currency !== row.currency) {
      reasons.set(limit, `is in ${limit.currency}, but ${said(BigInt(row.used))} are drafted or billed under it`);
    } else if (limit.total < BigInt(row.used)) {
      const before = row.opening === "0" ? "" : `, ${said(BigInt(row.opening))} of them by a former system`;
      reasons.set(
        limit,
        `is less than the ${said(BigInt(row.used))} that are drafted or billed under it already${before}`,
      );
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
    `update limits l set total = null, change_order_id = u.change_order_id
       from unnest(?::uuid[], ?::uuid[], ?::text[], ?::uuid[]) u (engagement_id, project_id, measure, change_order_id)
      where l.kind = 'cap' and l.engagement_id = u.engagement_id and l.project_id is not distinct from u.project_id
        and l.measure = u.measure and l.total is not null and (l.change_order_id is null or u.change_order_id is not null)`,
    [
      ended.map(({ engagementId }) => engagementId),
      ended.map(({ projectId }) => projectId ?? null),
      ended.map(({ measure }) => measure),
      ended.map(({ changeOrderId }) => changeOrderId ?? null),
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
      change_order_id: ["uuid", ({ changeOrderId }) => changeOrderId],
    },
    {
      suffix: `on conflict (tenant_id, engagement_id, project_id, purchase_order_id, measure) do update set
        total = excluded.total, currency = excluded.currency, counts_expenses = excluded.counts_expenses,
        change_order_id = excluded.change_order_id
        where limits.change_order_id is null or excluded.change_order_id is not null`,
    },
  );
}
