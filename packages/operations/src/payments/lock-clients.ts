import type { ClientId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { mergedAlready } from "../clients/merge-facts.ts";

/**
 * Locks clients until the transaction ends, in id order, so that two who lock the same never wait for each other: whatever
 * moves a client's money happens one after another.
 *
 * @returns how many there are
 * @throws Problem `client-merged` when one was merged into another, also while this waited
 */
export async function lockClients({ tx }: Scope, clientIds: readonly ClientId[]): Promise<number> {
  const clients = await query<{ name: string; survivor: string | null }>(
    tx,
    `select c.name, (select s.name from clients s where s.id = c.merged_into) as survivor
       from clients c where c.id = any(?) order by c.id for no key update`,
    [clientIds],
  );
  const merged = clients.find(({ survivor }) => survivor !== null);
  if (merged !== undefined) throw mergedAlready(merged.name, merged.survivor ?? "");
  return clients.length;
}

/**
 * Locks a client until the transaction ends: whatever moves its money happens one after another.
 *
 * @throws Problem `client-not-found` | `client-merged`
 */
export async function lockClient(scope: Scope, clientId: ClientId): Promise<void> {
  if ((await lockClients(scope, [clientId])) === 0) throw new Problem("client-not-found");
}
