import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { lockDispute } from "./dispute-store.ts";

/**
 * Tells the client that its dispute was seen and is looked into, once.
 *
 * @throws Problem `permission-missing` | `dispute-not-found` | `dispute-decided` | `dispute-refused`
 */
export async function acknowledgeDispute(
  scope: Scope,
  { disputeId }: { readonly disputeId: Id<"dispute"> },
): Promise<void> {
  demand(scope, "dispute.record");
  const { dispute } = await lockDispute(scope, disputeId);
  if (dispute.state !== "open") throw new Problem("dispute-refused", { detail: "It was acknowledged already." });
  await query(
    scope.tx,
    "update disputes set state = 'acknowledged', acknowledged_at = now(), acknowledged_by = (select app.actor()) where id = ?",
    [disputeId],
  );
  const { invoiceId } = dispute;
  await scope.emit([{ name: "dispute.acknowledged", subjectId: disputeId, data: { invoiceId } }]);
  await scope.audit([{ action: "dispute.acknowledged", subjectId: disputeId }]);
}
