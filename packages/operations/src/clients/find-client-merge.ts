import type { ClientMergeWire } from "@plumbline/contract/client";
import type { Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * A merge with what was moved by it.
 *
 * @throws Problem `permission-missing` | `client-not-found`
 */
export async function findClientMerge(
  scope: Scope,
  { clientMergeId }: { readonly clientMergeId: Id<"client-merge"> },
): Promise<ClientMergeWire> {
  demand(scope, "receivable.read");
  const [found] = await query<Omit<ClientMergeWire, "moves" | "contradictions"> & { plan: ClientMergeWire }>(
    scope.tx,
    `select m.id, jsonb_build_object('id', g.id, 'name', g.name) as merged, jsonb_build_object('id', s.id, 'name', s.name) as survivor,
            p.name as by, m.reason, to_char(m.merged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, m.plan
       from client_merges m
       join clients g on g.id = m.merged_id join clients s on s.id = m.survivor_id join memberships p on p.id = m.merged_by
      where m.id = ?`,
    [clientMergeId],
  );
  if (found === undefined) throw new Problem("client-not-found");
  const { plan, ...merge } = found;
  return { ...merge, moves: plan.moves, contradictions: plan.contradictions };
}
