import type { z } from "zod";
import type { Page } from "@plumbline/contract/page";
import type { ClientReceivable, receivableFilter } from "@plumbline/contract/receivable";
import { minorToWire } from "@plumbline/contract/scalar";
import { type AgeBucket, ageBucketNames, ageBuckets } from "@plumbline/domain/receivable/ageing";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = Readonly<Record<AgeBucket | "total" | "unapplied", string>> & {
  readonly client_id: string;
  readonly client_name: string;
  readonly currency: string;
  readonly page_keys: readonly string[];
};

/**
 * What clients owe in each currency on a day, by how long it has been due then. Only what was booked by that day counts, so
 * that the same day gives the same answer later, unless something is booked back.
 *
 * @param filter.on today in the zone of each legal entity when absent
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listReceivables(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof receivableFilter>>,
): Promise<Page<ClientReceivable>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "x.client_id": "uuid", "x.currency": "text" }, direction: "asc" });
  const { on = null, legalEntityId = null } = filter;
  const rows = await query<Row>(
    scope.tx,
    `select x.*, c.name as client_name, ${page.keys}
       from (select e.client_id, e.currency, ${buckets.join(", ")},
                    coalesce(sum(p.amount_minor) filter (where p.account = 'receivable'), 0) as total,
                    coalesce(-sum(p.amount_minor) filter (where p.account = 'unapplied_cash'), 0) as unapplied
               from ledger_entries e
               join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
               join (select id, coalesce(?::date, (?::timestamptz at time zone time_zone)::date) as looked_on
                       from legal_entities) l on l.id = e.legal_entity_id
               left join invoices i on i.tenant_id = e.tenant_id and i.id = e.invoice_id
              where e.booked_on <= l.looked_on and p.account in ('receivable', 'unapplied_cash')
                and e.legal_entity_id = coalesce(?::uuid, e.legal_entity_id)
              group by e.client_id, e.currency) x
       join clients c on c.tenant_id = (select app.tenant()) and c.id = x.client_id
      where (x.total <> 0 or x.unapplied <> 0) and ${page.after} ${page.tail}`,
    [on, scope.now, legalEntityId, ...page.values],
  );
  return page.of(rows, toWire);
}

const buckets = ageBucketNames.map((name) => {
  const { from, to }: { readonly from?: number; readonly to?: number } = ageBuckets[name];
  const [least, most] = [from ?? "null", to ?? "null"];
  return `coalesce(sum(p.amount_minor) filter (where p.account = 'receivable'
    and int4range(${least}, ${most}, '[]') @> (l.looked_on - i.due_on)), 0) as "${name}"`;
});

function toWire(row: Row): ClientReceivable {
  const of = (name: AgeBucket | "total" | "unapplied") => minorToWire(row[name], row.currency);
  return {
    client: { id: row.client_id, name: row.client_name },
    notDue: of("notDue"),
    days0To30: of("days0To30"),
    days31To60: of("days31To60"),
    days61To90: of("days61To90"),
    over90: of("over90"),
    total: of("total"),
    unapplied: of("unapplied"),
  };
}
