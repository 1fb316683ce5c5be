import type { ClientMergePlanWire } from "@plumbline/contract/client";
import {
  judgeMerge,
  mergeContradictions,
  mergeIsFinal,
  type MergeItem,
  mergeItemNames,
  mergeItems,
} from "@plumbline/domain/party/client-merge";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { itemsOf, type Standing } from "../checklists/standing.ts";
import { loadMergeFacts, type MergePair } from "./merge-facts.ts";
import { movesSql } from "./merge-moves.ts";

/**
 * What would move if a client were merged into another, and in what the two contradict each other. Nothing is changed.
 *
 * @throws Problem `permission-missing` | `client-not-found` | `client-merged` | `client-merge-refused` for one client
 */
export async function planMerge(scope: Scope, pair: MergePair): Promise<ClientMergePlanWire> {
  demand(scope, "receivable.read");
  return planOf(scope, pair);
}

/** As `planMerge`, for whoever may merge. */
export async function planOf({ tx }: Scope, pair: MergePair): Promise<ClientMergePlanWire> {
  const facts = await loadMergeFacts(tx, pair);
  const moves = await query<Standing<MergeItem>>(tx, movesSql, [pair.mergedId, pair.survivorId]);
  const found = judgeMerge(facts).map((each) => ({ ...each, ...mergeContradictions[each.code] }));
  return {
    merged: { id: pair.mergedId, name: facts.merged.name },
    survivor: { id: pair.survivorId, name: facts.survivor.name },
    mergeable: !found.some(({ blocks }) => blocks),
    moves: itemsOf(mergeItemNames, moves).map((move) => ({ ...move, ...mergeItems[move.item] })),
    contradictions: found,
    note: mergeIsFinal,
  };
}
