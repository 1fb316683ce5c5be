import type { Withheld } from "@plumbline/domain/receivable/certify-withholding";
import type { ClientId, LegalEntityId } from "@plumbline/domain/id";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { InvoiceId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** Whose tax it is: all that one client kept in one legal entity and currency. */
export type Keeper = {
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly currency: Currency;
};

/** The invoices of which a client kept tax that nothing proves yet. */
export async function listUnproven({ tx }: Scope, keeper: Keeper): Promise<readonly Withheld[]> {
  const rows = await query<{ id: InvoiceId; issued_on: LocalDate; unproven: string }>(
    tx,
    `select i.id, i.issued_on, s.unproven
       from (select e.invoice_id, sum(p.amount_minor) as unproven
               from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
              where e.client_id = ? and e.legal_entity_id = ? and e.currency = ? and p.account = 'withholding_tax'
              group by e.invoice_id having sum(p.amount_minor) > 0) s
       join invoices i on i.tenant_id = (select app.tenant()) and i.id = s.invoice_id`,
    [keeper.clientId, keeper.legalEntityId, keeper.currency],
  );
  return rows.map((row) => ({ invoiceId: row.id, issuedOn: row.issued_on, unprovenMinor: BigInt(row.unproven) }));
}
