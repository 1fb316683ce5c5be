import type { ClientId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/**
 * Locks clients until the transaction ends, in id order, so that two who lock the same never wait for each other: whatever
 * moves a client's money happens one after another.
 */
export async function lockClients({ tx }: Scope, clientIds: readonly ClientId[]): Promise<void> {
  await query(tx, "select 1 from clients where id = any(?) order by id for no key update", [clientIds]);
}
