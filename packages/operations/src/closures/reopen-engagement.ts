import type { ActorId, EngagementId, Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = { readonly engagementId: EngagementId; readonly closedBy: ActorId; readonly isReopened: boolean };

/**
 * Lets a closed engagement, or project, take work again. Another person than who closed it says why. What was drafted and released
 * with the closure stays.
 *
 * @throws Problem `permission-missing` | `closure-not-found` | `duties-not-separate` | `closure-reopened`
 */
export async function reopenEngagement(
  scope: Scope,
  { closureId, reason }: { readonly closureId: Id<"closure">; readonly reason: string },
): Promise<void> {
  demand(scope, "engagement.close");
  const [closure] = await query<Row>(
    scope.tx,
    `select engagement_id as "engagementId", closed_by as "closedBy", reopened_at is not null as "isReopened"
       from closures where id = ? for update`,
    [closureId],
  );
  if (closure === undefined) throw new Problem("closure-not-found");
  if (closure.isReopened) throw new Problem("closure-reopened");
  if (closure.closedBy === scope.actor.id)
    throw new Problem("duties-not-separate", { detail: "You closed it: somebody else has to reopen it." });
  await query(
    scope.tx,
    "update closures set reopening_reason = ?, reopened_by = (select app.actor()), reopened_at = now() where id = ?",
    [reason, closureId],
  );
  const data = { engagementId: closure.engagementId, reason };
  await scope.emit([{ name: "engagement.reopened", subjectId: closureId, data }]);
  await scope.audit([{ action: "engagement.reopened", subjectId: closureId, reason }]);
}
