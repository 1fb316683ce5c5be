import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Proof } from "@plumbline/domain/worklog/work-piece";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { saveProofs } from "../imports/save-proofs.ts";
import { saveFeeInstalments } from "../work/save-fee-instalments.ts";
import { amendMilestones } from "./amend-milestones.ts";
import { amendRates } from "./amend-rates.ts";
import { refuseContradictions } from "./change-order-contradictions.ts";
import { type DraftedOrder, lockChangeOrder, lockEngagement } from "./change-order-store.ts";
import { countChangeOrders } from "./count-change-orders.ts";
import { saveAmendedTerms } from "./save-amended-terms.ts";

type Input = {
  readonly changeOrderId: Id<"change-order">;
  readonly signedOn: LocalDate;
  /** The signed document. */
  readonly evidence: Proof;
};

/**
 * Notes that a change order was signed: it counts from its day on. Terms, fee, milestones, rates and its own sum follow at
 * once, each with the day from which it holds; caps and purchase orders on that day, or with the first run that reaches it.
 * Whoever drafted it does not sign it as well.
 *
 * @throws Problem `permission-missing` | `change-order-not-found` | `change-order-signed` | `duties-not-separate` |
 *   `engagement-closed` | `change-order-refused`
 */
export async function signChangeOrder(scope: Scope, input: Input): Promise<void> {
  demand(scope, "change-order.sign");
  const { changeOrderId, signedOn, evidence } = input;
  const order = await lockChangeOrder(scope, changeOrderId);
  if (order.state === "signed") throw new Problem("change-order-signed");
  if (order.draftedBy === scope.actor.id)
    throw new Problem("duties-not-separate", { detail: "You drafted this order; somebody else must sign it." });
  const engagement = await lockEngagement(scope, order.engagementId);
  const today = localDateIn(scope.now, engagement.timeZone);
  if (signedOn > today) {
    const reason = `${signedOn} lies ahead: today is ${today}`;
    const errors = [{ field: "signedOn", reason }];
    throw new Problem("change-order-refused", { detail: `signedOn ${reason}.`, extra: { errors } });
  }
  const { amends, from } = order;
  await refuseContradictions(scope, { id: order.id, engagement, from, amends });
  await saveSigned(scope, order, { signedOn, evidence });
  await saveAmendedTerms(scope, [engagement.id]);
  if (amends.fee !== undefined) {
    await saveFeeInstalments(scope, [{ engagementId: engagement.id, currency: order.currency, fee: amends.fee }]);
  }
  await amendMilestones(scope, { id: order.id, engagementId: engagement.id, milestones: amends.milestones ?? [] });
  await amendRates(scope, { id: order.id, engagement, from, rates: amends.rates ?? [] });
  await saveSum(scope, order);
  await countChangeOrders(scope, { before: addDays(today, 1), engagementId: engagement.id });
  const { number, engagementId } = order;
  await scope.emit([{ name: "change_order.signed", subjectId: order.id, data: { engagementId, number } }]);
  await scope.audit([
    { action: "change_order.signed", subjectId: order.id, reason: `signed on ${signedOn}: ${evidence.document}` },
  ]);
}

async function saveSigned(
  scope: Scope,
  { id, number }: DraftedOrder,
  { signedOn, evidence }: Pick<Input, "signedOn" | "evidence">,
): Promise<void> {
  const proofs = await saveProofs(scope, "change_order", [{ subjectId: id, facts: { ...evidence, number, signedOn } }]);
  await query(
    scope.tx,
    `update change_orders set state = 'signed', signed_on = ?, evidence_id = ?, signed_by = (select app.actor()), signed_at = now()
      where id = ?`,
    [signedOn, proofs.get(id), id],
  );
}

/** Its own sum is work like any other, under the id of the order: nobody can bill it twice. */
async function saveSum(scope: Scope, order: DraftedOrder): Promise<void> {
  const { amountMinor } = order;
  if (amountMinor === null) return;
  await insertRows(
    scope.tx,
    "work_items",
    [order],
    {
      id: ["uuid", ({ id }) => id],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      worked_on: ["date", ({ from }) => from],
      amount_minor: ["bigint", () => BigInt(amountMinor)],
      currency: ["text", ({ currency }) => currency],
    },
    { constants: { kind: "'change_order'", status: "'approved'" } },
  );
}
