import type { ChangeOrderRef } from "@plumbline/domain/engagement/change-order-ref";
import type { ClientId, EngagementId, ProjectId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Limit } from "@plumbline/domain/rating/limit";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";
import { amendedBySql } from "../change-orders/amended-by.ts";

/** A limit as it stands, and the purchase order it is of. */
export type StoredLimit = Limit & { readonly orderId: string | undefined };

/** As the database gives it: amounts are text. */
export type LimitRow = {
  readonly id: string;
  readonly kind: Limit["kind"];
  readonly measure: Limit["measure"];
  readonly engagementId: EngagementId;
  readonly projectId: ProjectId | null;
  readonly orderId: string | null;
  readonly countsExpenses: boolean;
  readonly currency: Currency | null;
  readonly total: string;
  readonly used: string;
  /** What of `used` a former system billed; absent when nothing. */
  readonly opening?: string;
  /** Absent where no change order set it. */
  readonly amendedBy?: ChangeOrderRef;
};

/** All limits in force. */
export const loadLimits = async (tx: TenantTx): Promise<LimitRow[]> =>
  (await query<StoredRow>(tx, `${select} where l.total is not null order by l.id`)).map(fromStoredRow);

type StoredRow = Omit<LimitRow, "amendedBy" | "opening"> & {
  readonly amendedBy: ChangeOrderRef | null;
  readonly opening: string | null;
};

const fromStoredRow = ({ amendedBy, opening, ...row }: StoredRow): LimitRow => ({
  ...row,
  ...(opening !== null && { opening }),
  ...(amendedBy && { amendedBy }),
});

/**
 * Locks the limits of clients until the transaction ends, and says what is left of them: whoever bills against them at
 * the same time waits, and then sees what was taken. In id order, against deadlocks.
 */
export async function lockLimits(
  tx: TenantTx,
  clientIds: readonly ClientId[],
): Promise<ReadonlyMap<EngagementId, readonly StoredLimit[]>> {
  const rows = await query<StoredRow>(
    tx,
    `${select} join engagements e on e.tenant_id = l.tenant_id and e.id = l.engagement_id
      where l.total is not null and e.client_id = any(?) order by l.id for update of l`,
    [clientIds],
  );
  return Map.groupBy(rows.map(fromStoredRow).map(fromLimitRow), ({ engagementId }) => engagementId);
}

const select = `
  select l.id, l.kind, l.measure, l.engagement_id as "engagementId", l.project_id as "projectId",
         l.purchase_order_id as "orderId", l.counts_expenses as "countsExpenses", l.currency, l.total, l.used, nullif(l.opening, 0) as opening, ${amendedBySql} as "amendedBy"
    from limits l left join change_orders o on o.tenant_id = l.tenant_id and o.id = l.change_order_id`;

export const fromLimitRow = ({
  projectId,
  orderId,
  currency,
  total,
  used,
  opening,
  ...row
}: LimitRow): StoredLimit => ({
  ...row,
  projectId: projectId ?? undefined,
  orderId: orderId ?? undefined,
  currency: currency ?? undefined,
  total: BigInt(total),
  remaining: BigInt(total) - BigInt(used),
  ...(opening !== undefined && { openingUsed: BigInt(opening) }),
});

export const toLimitRow = ({
  projectId,
  orderId,
  currency,
  total,
  remaining,
  openingUsed,
  ...limit
}: StoredLimit): LimitRow => ({
  ...limit,
  projectId: projectId ?? null,
  orderId: orderId ?? null,
  currency: currency ?? null,
  total: String(total),
  used: String(total - remaining),
  ...(openingUsed !== undefined && { opening: String(openingUsed) }),
});
