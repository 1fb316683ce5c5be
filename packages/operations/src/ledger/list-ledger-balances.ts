import { type LedgerBalanceWire } from "@plumbline/contract/ledger";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { type Account, accountNames } from "@plumbline/domain/ledger/account";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = {
  readonly entity_id: string;
  readonly entity_name: string;
  readonly currency: string;
  readonly account: Account;
  readonly balance: string;
};

/**
 * What stands on each account, per legal entity and currency, in the order of the accounts. Debits and credits of one
 * entity and currency are equal.
 *
 * @param on the last day that counts; everything that was booked when absent
 * @throws Problem `permission-missing`
 */
export async function listLedgerBalances(
  scope: Scope,
  input: { readonly on?: LocalDate | undefined },
): Promise<readonly LedgerBalanceWire[]> {
  demand(scope, "receivable.read");
  const rows = await query<Row>(
    scope.tx,
    `select e.legal_entity_id as entity_id, l.legal_name as entity_name, e.currency, p.account, sum(p.amount_minor) as balance
       from ledger_entries e
       join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
       join legal_entities l on l.tenant_id = e.tenant_id and l.id = e.legal_entity_id
      where e.booked_on <= coalesce(?::date, 'infinity')
      group by 1, 2, 3, 4 having sum(p.amount_minor) <> 0
      order by 2, 1, 3, array_position(?::text[], p.account)`,
    [input.on ?? null, accountNames],
  );
  return rows.map((row) => {
    const balance = BigInt(row.balance);
    return {
      entity: { id: row.entity_id, name: row.entity_name },
      account: row.account,
      side: balance < 0n ? "credit" : "debit",
      balance: minorToWire(balance < 0n ? -balance : balance, row.currency),
    };
  });
}
