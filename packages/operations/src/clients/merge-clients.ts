import type { Id } from "@plumbline/domain/id";
import type { MergeContradiction } from "@plumbline/domain/party/client-merge";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import type { MergePair } from "./merge-facts.ts";
import { moveToSurvivor } from "./move-to-survivor.ts";
import { planOf } from "./plan-merge.ts";

type Input = MergePair & {
  /** Contradictions that whoever merges knows of. */
  readonly accepts: readonly MergeContradiction[];
  readonly reason: string;
};

/**
 * Says that a client is another one: all that names the first comes to name the second, and the first takes nothing more. It is
 * not undone. What is on its way, or would be two truths about one client, is put right before.
 *
 * @throws Problem `permission-missing` | `client-not-found` | `client-merged` | `client-merge-refused` with every contradiction
 *   that blocks or that nobody accepted
 */
export async function mergeClients(scope: Scope, input: Input): Promise<Id<"client-merge">> {
  demand(scope, "client.merge");
  const { mergedId, survivorId, accepts, reason } = input;
  if (mergedId === survivorId) throw refused([{ code: "same_client", reason: "The two are the same client already." }]);
  await lockBoth(scope, input);
  const plan = await planOf(scope, input);
  const accepted = new Set<string>(accepts);
  const left = plan.contradictions.filter(({ code, blocks }) => blocks || !accepted.has(code));
  if (left.length > 0) throw refused(left);
  const id = scope.newId<"client-merge">();
  await insertRows(scope.tx, "client_merges", [plan], {
    id: ["uuid", () => id],
    merged_id: ["uuid", () => mergedId],
    survivor_id: ["uuid", () => survivorId],
    reason: ["text", () => reason],
    plan: ["jsonb", ({ moves, contradictions }) => ({ moves, contradictions })],
  });
  await moveToSurvivor(scope, input);
  await scope.emit([
    { name: "client.merged", subjectId: mergedId, data: { into: survivorId, reason } },
    { name: "client.alias_added", subjectId: survivorId, data: { merged: mergedId, reason } },
  ]);
  await scope.audit([
    { action: "client.merged", subjectId: mergedId, reason },
    { action: "client.alias_added", subjectId: survivorId, reason },
  ]);
  return id;
}

/**
 * Engagements before clients, as all do who lock both, and each in one order. Keys of the clients are held, not only what is written
 * of them: nobody comes to name them meanwhile.
 */
async function lockBoth({ tx }: Scope, { mergedId, survivorId }: MergePair): Promise<void> {
  const both = [[mergedId, survivorId]];
  await query(tx, "select 1 from engagements where client_id = any(?) order by id for no key update", both);
  await query(tx, "select 1 from clients where id = any(?) order by id for update", both);
}

function refused(errors: readonly { readonly code: string; readonly reason: string }[]): Problem {
  return new Problem("client-merge-refused", {
    detail: errors.map((error) => error.reason).join(" "),
    extra: { errors: errors.map(({ code, reason }) => ({ code, reason })) },
  });
}
