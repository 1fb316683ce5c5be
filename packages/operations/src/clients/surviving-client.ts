import type { ClientId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

export type SurvivingClient = { readonly id: ClientId; readonly name: string };

/**
 * The client that an id names today: for reading what is known of it.
 *
 * @throws Problem `client-not-found`
 */
export async function survivingClient({ tx }: Scope, clientId: ClientId): Promise<SurvivingClient> {
  const [client] = await query<SurvivingClient>(
    tx,
    "select s.id, s.name from clients c join clients s on s.id = coalesce(c.merged_into, c.id) where c.id = ?",
    [clientId],
  );
  if (client === undefined) throw new Problem("client-not-found");
  return client;
}
