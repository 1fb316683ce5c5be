import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Amendments, ChangeOrderState, SignedOrder } from "@plumbline/domain/engagement/change-order";
import type { ActorId, EngagementId, Id } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

/** An order as it was drafted. */
export type DraftedOrder = {
  readonly id: Id<"change-order">;
  readonly engagementId: EngagementId;
  readonly number: string;
  readonly from: LocalDate;
  readonly amends: Amendments;
  readonly amountMinor: string | null;
  readonly currency: Currency;
  readonly state: ChangeOrderState;
  readonly draftedBy: ActorId;
};

/** The engagement an order is about, with whose day it is there. */
export type OrderedEngagement = {
  readonly id: EngagementId;
  readonly currency: Currency;
  readonly cardId: string | null;
  readonly timeZone: string;
};

/**
 * What is agreed about an engagement changes one order at a time, and not once it is closed.
 *
 * @throws Problem `engagement-not-found` | `engagement-closed`
 */
export async function lockEngagement(scope: Scope, id: EngagementId): Promise<OrderedEngagement> {
  const [row] = await query<OrderedEngagement & { readonly closed: boolean }>(
    scope.tx,
    `select e.id, e.currency, exists (select 1 from closures c where c.engagement_id = e.id and c.project_id is null and c.reopened_at is null) as closed,
            coalesce(e.rate_card_id, (select c.id from rate_cards c where c.is_default and c.currency = e.currency)) as "cardId",
            l.time_zone as "timeZone"
       from engagements e join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
      where e.id = ? for no key update of e`,
    [id],
  );
  if (row === undefined) throw new Problem("engagement-not-found");
  if (row.closed) throw new Problem("engagement-closed");
  return row;
}

/** @throws Problem `change-order-not-found` */
export async function lockChangeOrder(scope: Scope, id: string): Promise<DraftedOrder> {
  const [row] = await query<DraftedOrder>(scope.tx, `${select} where o.id = ? for update of o`, [id]);
  if (row === undefined) throw new Problem("change-order-not-found");
  return row;
}

/** Orders that count, in the order in which they were signed. */
export const signedOrders = (
  tx: TenantTx,
  engagementIds: readonly string[],
): Promise<(SignedOrder & { readonly engagementId: EngagementId })[]> =>
  query(
    tx,
    `select o.engagement_id as "engagementId", o.number, o.signed_on as "signedOn", o.effective_from as "from", o.amends
       from change_orders o where o.state = 'signed' and o.engagement_id = any(?) order by o.signed_at, o.id`,
    [engagementIds],
  );

const select = `
  select o.id, o.engagement_id as "engagementId", o.number, o.effective_from as "from", o.amends,
         o.amount_minor as "amountMinor", o.currency, o.state, o.drafted_by as "draftedBy"
    from change_orders o`;
