import type { z } from "zod";
import type { withheldFilter, WithheldWire } from "@plumbline/contract/withholding";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = {
  readonly id: string;
  readonly number: string;
  readonly issued_on: LocalDate;
  readonly client_id: string;
  readonly client_name: string;
  readonly entity_id: string;
  readonly entity_name: string;
  readonly currency: string;
  readonly certified: string;
  readonly unproven: string;
};

/**
 * Invoices of which clients kept tax that certificates do not prove as it is, the oldest first: what is missing, and what is
 * certified and not withheld any more because its payment was taken back.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listWithheld(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof withheldFilter>>,
): Promise<Page<WithheldWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "i.issued_on": "date", "i.id": "uuid" }, direction: "asc" });
  const { clientId = null } = filter;
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select i.id, i.number_text as number, i.issued_on, i.payer_id as client_id, c.name as client_name, i.currency,
            l.id as entity_id, l.legal_name as entity_name, s.certified, s.unproven, ${page.keys}
       from (select e.invoice_id,
                    coalesce(sum(p.amount_minor) filter (where p.account = 'withholding_certified'), 0) as certified,
                    coalesce(sum(p.amount_minor) filter (where p.account = 'withholding_tax'), 0) as unproven
               from ledger_postings p join ledger_entries e on e.tenant_id = p.tenant_id and e.id = p.entry_id
              where p.account in ('withholding_tax', 'withholding_certified') and e.client_id = coalesce(?::uuid, e.client_id)
              group by e.invoice_id) s
       join invoices i on i.tenant_id = (select app.tenant()) and i.id = s.invoice_id
       join clients c on c.tenant_id = i.tenant_id and c.id = i.payer_id
       join legal_entities l on l.tenant_id = i.tenant_id and l.id = i.legal_entity_id
      where s.unproven <> 0 and ${page.after} ${page.tail}`,
    [clientId, ...page.values],
  );
  return page.of(rows, toWire);
}

const toWire = (row: Row): WithheldWire => ({
  invoice: { id: row.id, number: row.number, issuedOn: row.issued_on },
  client: { id: row.client_id, name: row.client_name },
  entity: { id: row.entity_id, name: row.entity_name },
  withheld: minorToWire(BigInt(row.certified) + BigInt(row.unproven), row.currency),
  certified: minorToWire(row.certified, row.currency),
  unproven: minorToWire(row.unproven, row.currency),
});
