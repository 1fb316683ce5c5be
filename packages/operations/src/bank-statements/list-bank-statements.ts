import type { z } from "zod";
import type { BankStatementWire } from "@plumbline/contract/bank";
import type { Page, pageQuery } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { BankEntryState } from "@plumbline/domain/bank/entry-state";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

type Row = Readonly<Record<BankEntryState, number>> & {
  readonly id: string;
  readonly entity_id: string;
  readonly entity_name: string;
  readonly iban: string;
  readonly statement_id: string;
  readonly sequence: string | null;
  readonly currency: string;
  readonly opening_minor: string;
  readonly closing_minor: string;
  readonly fees: string;
  readonly closed_on: LocalDate;
  readonly by_name: string;
  readonly recorded_at: Date;
};

/**
 * Statements that were taken in, newest first.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listBankStatements(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof pageQuery>>,
): Promise<Page<BankStatementWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "s.id": "uuid" }, direction: "desc" });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${statementSelect}, ${page.keys} from ${statementFrom} where ${page.after} ${page.tail}`,
    page.values,
  );
  return page.of(rows, fromRow);
}

/** As they are now, in the order asked for. */
export async function findBankStatements(scope: Scope, ids: readonly string[]): Promise<readonly BankStatementWire[]> {
  const rows = await query<Row>(
    scope.tx,
    `select ${statementSelect} from ${statementFrom} where s.id = any(?) order by array_position(?::uuid[], s.id)`,
    [ids, ids],
  );
  return rows.map(fromRow);
}

const statementSelect = `s.id, s.legal_entity_id as entity_id, l.legal_name as entity_name, s.iban, s.statement_id, s.sequence,
  s.currency, s.opening_minor, s.closing_minor, s.closed_on, m.name as by_name, s.recorded_at, n.*`;

const statementFrom = `bank_statements s
  join legal_entities l on l.tenant_id = s.tenant_id and l.id = s.legal_entity_id
  join memberships m on m.tenant_id = s.tenant_id and m.id = s.recorded_by
 cross join lateral (
   select count(*) filter (where b.state = 'settled')::int as settled, count(*) filter (where b.state = 'returned')::int as returned,
          count(*) filter (where b.state = 'open')::int as open, count(*) filter (where b.state = 'held')::int as held,
          count(*) filter (where b.state = 'aside')::int as aside,
          coalesce(-sum(b.amount_minor) filter (where b.fee), 0) as fees
     from bank_entries b where b.tenant_id = s.tenant_id and b.bank_statement_id = s.id) n`;

const fromRow = (row: Row): BankStatementWire => ({
  id: row.id,
  entity: { id: row.entity_id, name: row.entity_name },
  iban: row.iban,
  statementId: row.statement_id,
  ...(row.sequence !== null && { sequence: row.sequence }),
  opening: minorToWire(row.opening_minor, row.currency),
  closing: minorToWire(row.closing_minor, row.currency),
  fees: minorToWire(row.fees, row.currency),
  closedOn: row.closed_on,
  entries: { settled: row.settled, returned: row.returned, open: row.open, held: row.held, aside: row.aside },
  takenInBy: row.by_name,
  at: row.recorded_at.toISOString(),
});
