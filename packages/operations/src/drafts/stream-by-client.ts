import type { ClientId } from "@plumbline/domain/id";
import { query } from "@plumbline/platform/sql";
import type { TenantTx } from "@plumbline/platform/tenancy";

const fetchRows = 2_000;

export type OfClient<Row> = { readonly clientId: ClientId; readonly rows: Row[] };

/**
 * Streams rows client by client, through a cursor of this name.
 *
 * @param sql gives the client first and is ordered by it; a client's rows come together
 */
export async function* streamByClient<Row extends readonly [ClientId, ...unknown[]]>(
  tx: TenantTx,
  name: string,
  source: { readonly sql: string; readonly values: readonly unknown[] },
): AsyncGenerator<OfClient<Row>> {
  await query(tx, `declare ${name} no scroll cursor for ${source.sql}`, source.values);
  let current: OfClient<Row> | undefined;
  for (;;) {
    const rows = await fetchNext<Row>(tx, name);
    for (const row of rows) {
      const [clientId] = row;
      if (current?.clientId !== clientId) {
        if (current) yield current;
        current = { clientId, rows: [] };
      }
      current.rows.push(row);
    }
    if (rows.length < fetchRows) break;
  }
  if (current) yield current;
  await tx.raw(`close ${name}`);
}

/** Arrays instead of objects: a million rows make the difference. */
async function fetchNext<Row>(tx: TenantTx, name: string): Promise<Row[]> {
  const { rows } = (await tx.raw(`fetch ${fetchRows} from ${name}`).options({ rowMode: "array" })) as { rows: Row[] };
  return rows;
}
