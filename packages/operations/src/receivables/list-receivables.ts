import type { z } from "zod";
import type { Page } from "@plumbline/contract/page";
import type { ClientReceivable, receivableFilter } from "@plumbline/contract/receivable";
import { minorToWire } from "@plumbline/contract/scalar";
import { type AgeBucket, ageBucketNames, ageBuckets } from "@plumbline/domain/receivable/ageing";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { promisesOn } from "../collecting/promise-rows.ts";
import { heldOn } from "./held-sql.ts";

type Column = AgeBucket | "total" | "disputed" | "promised" | "unapplied";
type Row = Readonly<Record<Column, string>> & {
  readonly client_id: string;
  readonly client_name: string;
  readonly currency: string;
  readonly page_keys: readonly string[];
};

/**
 * What clients owe in each currency on a day, by how long it has been due then, and what of it is disputed or promised. Only
 * what was booked by that day counts, so that the same day gives the same answer later, unless something is booked back.
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
    `with looked as (
       select id, coalesce(?::date, (?::timestamptz at time zone time_zone)::date) as looked_on
         from legal_entities where id = coalesce(?::uuid, id))
     select x.*, c.name as client_name, ${page.keys}, greatest(least(coalesce(r.promised, 0), x.total - x.disputed), 0) as promised
       from (select o.client_id, o.currency, ${buckets.join(", ")}, sum(d.minor) as total, sum(d.unapplied) as unapplied,
                    sum(d.disputed) as disputed
               from (${openSql}) o
              cross join lateral (values (o.due_on, o.open - o.late, o.unapplied, o.disputed), (o.released_due_on, o.late, 0, 0))
                d (due_on, minor, unapplied, disputed)
              group by o.client_id, o.currency) x
       join clients c on c.tenant_id = (select app.tenant()) and c.id = x.client_id
       left join (${promisedSql}) r on r.client_id = x.client_id and r.currency = x.currency
      where (x.total <> 0 or x.unapplied <> 0) and ${page.after} ${page.tail}`,
    [on, scope.now, legalEntityId, ...page.values],
  );
  return page.of(rows, toWire);
}

const buckets = ageBucketNames.map((name) => {
  const { from, to }: { readonly from?: number; readonly to?: number } = ageBuckets[name];
  const [least, most] = [from ?? "null", to ?? "null"];
  return `coalesce(sum(d.minor) filter (where int4range(${least}, ${most}, '[]') @> (o.looked_on - d.due_on)), 0) as "${name}"`;
});

/** What is open of each invoice. What of it was released later is due on a day of its own, and is paid last. */
const openSql = `
  select i.*, greatest(least(i.open, i.released), 0) as late, greatest(least(h.minor, i.open), 0) as disputed
    from (select e.tenant_id, e.client_id, e.currency, l.looked_on, e.invoice_id, i.due_on, max(e.due_on) as released_due_on,
                 coalesce(sum(p.amount_minor) filter (where p.account = 'receivable'), 0) as open,
                 coalesce(sum(p.amount_minor) filter (where p.account = 'receivable' and e.fact = 'retention_released'), 0) as released,
                 coalesce(-sum(p.amount_minor) filter (where p.account = 'unapplied_cash'), 0) as unapplied
            from looked l
            join ledger_entries e on e.legal_entity_id = l.id and e.booked_on <= l.looked_on
            join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ('receivable', 'unapplied_cash')
            left join invoices i on i.tenant_id = e.tenant_id and i.id = e.invoice_id
           group by e.tenant_id, e.client_id, e.currency, l.looked_on, e.invoice_id, i.due_on) i
   cross join lateral (select ${heldOn({ tenant: "i.tenant_id", invoice: "i.invoice_id", day: "i.looked_on" })} as minor) h`;

/** What is still to come of promises whose day is not over, where the ledger shows it open. */
const lookedOn = "(select k.looked_on from looked k where k.id = p.legal_entity_id)";
const promisedSql = `
  select p.client_id, p.currency, sum(p.amount_minor - k.paid) as promised
    from ${promisesOn(lookedOn)}
   where p.made_on <= ${lookedOn} and k.state = 'open' group by p.client_id, p.currency`;

function toWire(row: Row): ClientReceivable {
  const of = (name: Column) => minorToWire(row[name], row.currency);
  return {
    client: { id: row.client_id, name: row.client_name },
    notDue: of("notDue"),
    days0To30: of("days0To30"),
    days31To60: of("days31To60"),
    days61To90: of("days61To90"),
    over90: of("over90"),
    total: of("total"),
    disputed: of("disputed"),
    promised: of("promised"),
    unapplied: of("unapplied"),
  };
}
