import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { AmendedRate } from "@plumbline/domain/engagement/change-order";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { OrderedEngagement } from "./change-order-store.ts";

type Said = {
  readonly id: string;
  readonly engagement: OrderedEngagement;
  readonly from: LocalDate;
  readonly rates: readonly AmendedRate[];
};

/** A rate without a project is of the engagement; one of a project names nothing above it. */
export const rateRowsOf = ({ engagement, rates }: Said) =>
  rates.map(({ projectId, role, priceMinor }) => ({
    engagementId: projectId === undefined ? engagement.id : undefined,
    projectId,
    role,
    priceMinor: BigInt(priceMinor),
  }));

/** Prices from the day on. Those before stay as they are: a later start ends an open one. */
export async function amendRates(scope: Scope, said: Said): Promise<void> {
  await insertRows(scope.tx, "rates", rateRowsOf(said), {
    id: ["uuid", () => scope.newId()],
    rate_card_id: ["uuid", () => said.engagement.cardId],
    engagement_id: ["uuid", ({ engagementId }) => engagementId],
    project_id: ["uuid", ({ projectId }) => projectId],
    role: ["text", ({ role }) => role],
    price_minor: ["bigint", ({ priceMinor }) => priceMinor],
    effective_from: ["date", () => said.from],
    change_order_id: ["uuid", () => said.id],
  });
}
