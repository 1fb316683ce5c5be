import type { z } from "zod";
import type { statementQuery, StatementWire } from "@plumbline/contract/receivable";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { BookedFact } from "@plumbline/domain/ledger/bookings";
import type { ClientId } from "@plumbline/domain/id";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { survivingClient } from "../clients/surviving-client.ts";

type AccountRow = {
  readonly entity_id: string;
  readonly entity_name: string;
  readonly currency: string;
  readonly opening: string;
};
type EntryRow = {
  readonly entity_id: string;
  readonly currency: string;
  readonly booked_on: LocalDate;
  readonly fact: BookedFact;
  readonly reference: string | null;
  readonly amount: string;
};

/**
 * What happened between the firm and a client in some days, per legal entity and currency: what was owed before, what was
 * added and paid, what is owed after. Money the client keeps until release is owed, money no invoice took is not.
 *
 * @throws Problem `permission-missing` | `client-not-found`
 */
export async function findStatement(
  scope: Scope,
  input: z.output<typeof statementQuery> & { readonly clientId: ClientId },
): Promise<StatementWire> {
  demand(scope, "receivable.read");
  const { start, end } = input;
  const client = await survivingClient(scope, input.clientId);
  const accounts = await query<AccountRow>(scope.tx, accountsSql, [start, client.id, end]);
  const entries = await query<EntryRow>(scope.tx, entriesSql, [client.id, start, end]);
  return {
    client,
    period: { start, end },
    accounts: accounts.map((account) =>
      toAccount(
        account,
        entries.filter((entry) => entry.entity_id === account.entity_id && entry.currency === account.currency),
      ),
    ),
  };
}

function toAccount(
  { entity_id: id, entity_name: name, currency, opening }: AccountRow,
  entries: readonly EntryRow[],
): StatementWire["accounts"][number] {
  let balance = BigInt(opening);
  const told = entries.map(({ booked_on: bookedOn, fact: what, reference, amount }) => {
    balance += BigInt(amount);
    return {
      bookedOn,
      what,
      ...(reference !== null && { reference }),
      amount: minorToWire(amount, currency),
      balance: minorToWire(balance, currency),
    };
  });
  return {
    entity: { id, name },
    opening: minorToWire(opening, currency),
    entries: told,
    closing: minorToWire(balance, currency),
  };
}

/** The accounts that are between the firm and its client. */
const shared = "('receivable', 'retention_receivable', 'unapplied_cash', 'retainer_liability')";

const accountsSql = `
  select e.legal_entity_id as entity_id, l.legal_name as entity_name, e.currency,
         coalesce(sum(p.amount_minor) filter (where e.booked_on < ?), 0) as opening
    from ledger_entries e
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ${shared}
    join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
   where e.client_id = ? and e.booked_on < ?
   group by 1, 2, 3 order by 2, 1, 3`;

/** An invoice that takes money which was paid before changes nothing between the two, and is left out. */
const entriesSql = `
  select e.legal_entity_id as entity_id, e.currency, e.booked_on, e.fact, coalesce(i.number_text, y.reference) as reference,
         sum(p.amount_minor) as amount
    from ledger_entries e
    join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id and p.account in ${shared}
    left join invoices i on i.tenant_id = e.tenant_id and i.id = e.invoice_id
    left join payments y on y.tenant_id = e.tenant_id and y.id = e.payment_id
   where e.client_id = ? and e.booked_on >= ? and e.booked_on < ?
   group by e.legal_entity_id, e.currency, e.booked_on, e.fact, e.id, i.number_text, y.reference
  having sum(p.amount_minor) <> 0
   order by e.booked_on, e.id`;
