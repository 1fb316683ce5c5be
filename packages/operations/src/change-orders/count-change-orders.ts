import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type AgreedLimit, limitsOfCap, saveLimits } from "../limits/save-limits.ts";
import type { DraftedOrder } from "./change-order-store.ts";

type Ordered = Pick<DraftedOrder, "id" | "engagementId" | "currency" | "from" | "amends">;

/**
 * Lets caps and purchase orders be what signed orders say, for those whose day comes before a given one. They are counted
 * once. What was billed since a reduction was signed stays: the limit is then as large as that.
 *
 * @param before the first day that does not count yet
 */
export async function countChangeOrders(
  scope: Scope,
  input: { readonly before: LocalDate; readonly engagementId?: string },
): Promise<void> {
  const { before, engagementId = null } = input;
  // All of an engagement that are in force: one that was signed late may take effect before one that was counted.
  const due = await query<Ordered>(
    scope.tx,
    `select o.id, o.engagement_id as "engagementId", o.currency, o.effective_from as "from", o.amends from change_orders o
      where o.state = 'signed' and o.effective_from < ? and o.engagement_id in (
            select n.engagement_id from change_orders n
             where n.state = 'signed' and not n.counted and n.effective_from < ? and (?::uuid is null or n.engagement_id = ?))
      order by o.effective_from, o.signed_at, o.id for update of o`,
    [before, before, engagementId, engagementId],
  );
  if (due.length === 0) return;
  await saveOrders(scope, due);
  const agreed = await limitsOfOrders(scope, due);
  // Of several orders about one limit the last holds.
  const last = [...new Map(agreed.map((limit) => [keyOf(limit), limit])).values()];
  await keepAgreedTotals(scope, last);
  await saveLimits(scope, await atLeastUsed(scope, last));
  await query(scope.tx, "update change_orders set counted = true where id = any(?)", [due.map(({ id }) => id)]);
}

/** The limits that orders set: for each measure that a cap names, and for each purchase order that there is already. */
export async function limitsOfOrders(scope: Scope, orders: readonly Ordered[]): Promise<AgreedLimit[]> {
  const known = await query<{ id: string; engagementId: string; number: string }>(
    scope.tx,
    'select id, engagement_id as "engagementId", number from purchase_orders where engagement_id = any(?)',
    [[...new Set(orders.map(({ engagementId }) => engagementId))]],
  );
  const orderIds = new Map(known.map(({ id, engagementId, number }) => [`${engagementId}|${number}`, id]));
  return orders.flatMap(({ id: changeOrderId, engagementId, currency, amends }) => {
    const { cap, projectCaps = [], orders: amended = [] } = amends;
    const caps = [
      ...(cap === undefined ? [] : limitsOfCap(cap, { engagementId, currency })),
      ...projectCaps.flatMap(({ projectId, cap: of }) => limitsOfCap(of, { engagementId, projectId, currency })),
    ];
    return [
      ...caps,
      ...amended.flatMap(({ number, amountMinor }): AgreedLimit[] => {
        const orderId = orderIds.get(`${engagementId}|${number}`);
        const order = { kind: "order", measure: "money", countsExpenses: true, projectId: undefined } as const;
        return orderId === undefined ? [] : [{ ...order, engagementId, orderId, currency, total: BigInt(amountMinor) }];
      }),
    ].map((limit) => ({ ...limit, changeOrderId }));
  });
}

const keyOf = ({ engagementId, projectId = "", orderId = "", measure }: AgreedLimit) =>
  `${engagementId}|${projectId}|${orderId}|${measure}`;

/** New numbers are new purchase orders; known ones are as large and valid as long as was agreed now. */
async function saveOrders(scope: Scope, due: readonly Ordered[]): Promise<void> {
  const rows = due.flatMap(({ engagementId, currency, from, amends }) =>
    (amends.orders ?? []).map((order) => ({ ...order, engagementId, currency, from })),
  );
  const last = [...new Map(rows.map((row) => [`${row.engagementId}|${row.number}`, row])).values()];
  await query(
    scope.tx,
    `insert into purchase_orders (tenant_id, id, engagement_id, number, currency, amount_minor, valid_from, valid_to)
     select (select app.tenant()), u.id, u.engagement_id, u.number, u.currency, u.amount_minor, u.valid_from, u.valid_to
       from unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::date[], ?::date[])
            u (id, engagement_id, number, currency, amount_minor, valid_from, valid_to)
     on conflict (tenant_id, engagement_id, number) do update set amount_minor = excluded.amount_minor,
       valid_to = coalesce(excluded.valid_to, purchase_orders.valid_to)`,
    [
      last.map(() => scope.newId()),
      last.map(({ engagementId }) => engagementId),
      last.map(({ number }) => number),
      last.map(({ currency }) => currency),
      last.map(({ amountMinor }) => amountMinor),
      last.map(({ from }) => from),
      last.map(({ validTo }) => validTo ?? null),
    ],
  );
}

/** Remembers what was agreed before any order, against which an import is held. */
async function keepAgreedTotals(scope: Scope, agreed: readonly AgreedLimit[]): Promise<void> {
  await query(
    scope.tx,
    `update limits set agreed_total = total where change_order_id is null and engagement_id = any(?)`,
    [[...new Set(agreed.map(({ engagementId }) => engagementId))]],
  );
}

async function atLeastUsed(scope: Scope, agreed: readonly AgreedLimit[]): Promise<AgreedLimit[]> {
  const rows = await query<{ key: string; used: string }>(
    scope.tx,
    `select concat_ws('|', engagement_id, coalesce(project_id::text, ''), coalesce(purchase_order_id::text, ''), measure) as key, used
       from limits where engagement_id = any(?) order by id for update`,
    [[...new Set(agreed.map(({ engagementId }) => engagementId))]],
  );
  const used = new Map(rows.map((row) => [row.key, BigInt(row.used)]));
  return agreed.map((limit) => {
    const taken = used.get(keyOf(limit)) ?? 0n;
    return limit.total !== undefined && limit.total < taken ? { ...limit, total: taken } : limit;
  });
}
