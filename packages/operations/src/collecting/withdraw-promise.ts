import type { Id, LegalEntityId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookingDate } from "../ledger/booking-date.ts";

/**
 * Takes a promise back that was recorded in error or is replaced by another: it covers nothing from now on. It stays known.
 *
 * @throws Problem `permission-missing` | `promise-not-found` | `promise-refused`
 */
export async function withdrawPromise(
  scope: Scope,
  { promiseId, reason }: { readonly promiseId: Id<"promise">; readonly reason: string },
): Promise<void> {
  demand(scope, "promise.record");
  const [promise] = await query<{ legal_entity_id: LegalEntityId; withdrawn: boolean }>(
    scope.tx,
    "select legal_entity_id, withdrawn_on is not null as withdrawn from promises where id = ? for update",
    [promiseId],
  );
  if (promise === undefined) throw new Problem("promise-not-found");
  if (promise.withdrawn) throw new Problem("promise-refused", { detail: "It was withdrawn already." });
  await query(
    scope.tx,
    `update promises set withdrawn_on = ?, withdrawn_reason = ?, withdrawn_by = app.actor(), withdrawn_at = now() where id = ?`,
    [await bookingDate(scope, promise.legal_entity_id, undefined), reason, promiseId],
  );
  await scope.emit([{ name: "promise.withdrawn", subjectId: promiseId, data: { reason } }]);
  await scope.audit([{ action: "promise.withdrawn", subjectId: promiseId, reason }]);
}
