import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Amendments } from "@plumbline/domain/engagement/change-order";
import type { EngagementId, Id } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { refuseContradictions } from "./change-order-contradictions.ts";
import { lockEngagement } from "./change-order-store.ts";
import { keepBilledBefore } from "./keep-billed-before.ts";

type Input = {
  readonly engagementId: EngagementId;
  readonly number: string;
  readonly effectiveOn: LocalDate;
  readonly reason: string;
  readonly amends: Amendments;
  /** The currency of every amount in `amends`; that of the engagement when there is none. */
  readonly currency?: Currency | undefined;
  /** What it costs by itself, billed once. */
  readonly charge?: { readonly description: string; readonly amount: Money } | undefined;
};

/**
 * Drafts what an engagement is to be amended to. Nothing counts before it is signed; what could not be signed is refused now.
 * One that amends nothing says that other work is done at no other price.
 *
 * @throws Problem `permission-missing` | `engagement-not-found` | `engagement-closed` |
 *   `change-order-refused`
 */
export async function draftChangeOrder(scope: Scope, input: Input): Promise<Id<"change-order">> {
  demand(scope, "change-order.draft");
  const { engagementId, number, reason, charge, effectiveOn: from } = input;
  const refused = (field: string, why: string) =>
    new Problem("change-order-refused", { detail: `${field} ${why}.`, extra: { errors: [{ field, reason: why }] } });
  const engagement = await lockEngagement(scope, engagementId);
  for (const [field, currency] of [
    ["amends", input.currency],
    ["charge.amount", charge?.amount.currency],
  ] as const) {
    if (currency !== undefined && currency !== engagement.currency)
      throw refused(field, `is in ${currency}, the engagement in ${engagement.currency}`);
  }
  const amends = await keepBilledBefore(scope, { engagementId, from, amends: input.amends });
  const id = scope.newId<"change-order">();
  await refuseContradictions(scope, { id, engagement, from, amends });
  const added = await insertRows(
    scope.tx,
    "change_orders",
    [input],
    {
      id: ["uuid", () => id],
      engagement_id: ["uuid", () => engagementId],
      number: ["text", () => number],
      effective_from: ["date", () => from],
      reason: ["text", () => reason],
      amends: ["jsonb", () => amends],
      description: ["text", () => charge?.description],
      amount_minor: ["bigint", () => charge?.amount.minor],
      currency: ["text", () => engagement.currency],
    },
    { suffix: "on conflict (tenant_id, engagement_id, number) do nothing returning id" },
  );
  if (added.length === 0) throw refused("number", `“${number}” is another change order of the engagement`);
  await scope.emit([{ name: "change_order.drafted", subjectId: id, data: { engagementId, number } }]);
  await scope.audit([{ action: "change_order.drafted", subjectId: id, reason }]);
  return id;
}
