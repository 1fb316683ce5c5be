import type { z } from "zod";
import type { clientFilter, ClientWire } from "@plumbline/contract/client";
import type { Page } from "@plumbline/contract/page";
import type { ClientId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = Pick<ClientWire, "id" | "name" | "aliases" | "keys"> & {
  readonly [Key in "legalName" | "country" | "taxId" | "mergedInto"]: NonNullable<ClientWire[Key]> | null;
};

/**
 * Clients with the names and keys under which they are known; a merged one stands under the one it is.
 *
 * @param filter.name a part of a name of the client, or of one that was merged into it
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listClients(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof clientFilter>>,
): Promise<Page<ClientWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(filter, { sort: { "c.name": "text", "c.id": "uuid" }, direction: "asc" });
  const { name = null } = filter;
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `${keysSql} select ${columns}, ${page.keys} from ${clientsFrom}
      where c.merged_into is null
        and (?::text is null or c.id in (
          select coalesce(n.merged_into, n.id) from clients n
           where position(lower(?) in lower(concat_ws(' ', n.name, n.legal_name))) > 0))
        and ${page.after} ${page.tail}`,
    [name, name, ...page.values],
  );
  return page.of(rows, toWire);
}

/**
 * One client, also a merged one.
 *
 * @throws Problem `permission-missing` | `client-not-found`
 */
export async function findClient(scope: Scope, { clientId }: { readonly clientId: ClientId }): Promise<ClientWire> {
  demand(scope, "invoice.read");
  const [row] = await query<Row>(scope.tx, `${keysSql} select ${columns} from ${clientsFrom} where c.id = ?`, [
    clientId,
  ]);
  if (row === undefined) throw new Problem("client-not-found");
  return toWire(row);
}

function toWire({ id, name, legalName, country, taxId, mergedInto, keys, aliases }: Row): ClientWire {
  return {
    id,
    name,
    ...(legalName !== null && { legalName }),
    ...(country !== null && { country }),
    ...(taxId !== null && { taxId }),
    ...(mergedInto !== null && { mergedInto }),
    keys,
    aliases,
  };
}

/** Keys are those of a client and of all that were merged into it, read once for a page. */
const keysSql = `
  with known as materialized (
    select o.id, jsonb_agg(jsonb_build_object('system', r.system, 'key', r.external_id) order by r.system, r.external_id) as keys
      from external_refs r
      join clients n on n.tenant_id = r.tenant_id and n.id = r.subject_id
     cross join lateral unnest(array[n.id, n.merged_into]) o (id)
     where r.kind = 'clients' and o.id is not null group by o.id)`;

const clientsFrom = `
  clients c
  left join known k on k.id = c.id
  left join clients s on s.tenant_id = c.tenant_id and s.id = c.merged_into`;

/** The record of a merge is the merged client's. */
const columns = `
  c.id, c.name, c.legal_name as "legalName", c.country, c.tax_id as "taxId", coalesce(k.keys, '[]') as keys,
  case when s.id is not null then jsonb_build_object('id', s.id, 'name', s.name) end as "mergedInto",
  (select coalesce(jsonb_agg(jsonb_build_object('client', jsonb_build_object('id', n.id, 'name', n.name), 'by', p.name, 'reason', m.reason,
            'at', to_char(m.merged_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by m.merged_at, n.id), '[]')
     from clients n
     join client_merges m on m.tenant_id = n.tenant_id and m.merged_id = n.id
     join memberships p on p.tenant_id = m.tenant_id and p.id = m.merged_by
    where n.tenant_id = c.tenant_id and n.merged_into = c.id) as aliases`;
