import type { z } from "zod";
import type { bankEntryFilter, BankEntryWire } from "@plumbline/contract/bank";
import type { Page } from "@plumbline/contract/page";
import { minorToWire } from "@plumbline/contract/scalar";
import type { BankEntryState } from "@plumbline/domain/bank/entry-state";
import { matchTransaction } from "@plumbline/domain/bank/match-transaction";
import type { BankTransaction } from "@plumbline/domain/bank/statement";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { matching, query } from "@plumbline/platform/sql";
import { loadMatching, type Matching } from "./bank-store.ts";
import { proposeReturns } from "./propose-returns.ts";

type Row = {
  readonly id: string;
  readonly statement_row: string;
  readonly statement_id: string;
  readonly iban: string;
  readonly legal_entity_id: LegalEntityId;
  readonly currency: Currency;
  readonly entry_reference: string;
  readonly position: number;
  readonly amount_minor: string;
  readonly charges_minor: string;
  readonly booked_on: LocalDate;
  readonly returns: boolean;
  readonly fee: boolean;
  readonly return_reason: string | null;
  readonly counterparty: string | null;
  readonly counterparty_iban: string | null;
  readonly end_to_end_id: string | null;
  readonly creditor_references: readonly string[];
  readonly remittance: string;
  readonly state: BankEntryState;
  readonly because: string;
  readonly payment_id: string | null;
  readonly by_name: string;
};

/**
 * What banks say happened, newest first; what came in and waits for a person with where it may belong.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listBankEntries(
  scope: Scope,
  filter: z.output<z.ZodObject<typeof bankEntryFilter>>,
): Promise<Page<BankEntryWire>> {
  demand(scope, "receivable.read");
  const page = keysetPage(filter, { sort: { "b.id": "uuid" }, direction: "desc" });
  const { where, values } = matching({ "b.state": filter.state, "b.bank_statement_id": filter.bankStatementId });
  const rows = await query<Row & { readonly page_keys: readonly string[] }>(
    scope.tx,
    `select ${entrySelect}, ${page.keys} from ${entryFrom} where ${where} and ${page.after} ${page.tail}`,
    [...values, ...page.values],
  );
  return page.of(rows, await toWire(scope, rows));
}

/** @throws Problem `permission-missing` | `bank-entry-not-found` */
export async function findBankEntry(
  scope: Scope,
  { bankEntryId }: { readonly bankEntryId: Id<"bank-entry"> },
): Promise<BankEntryWire> {
  demand(scope, "receivable.read");
  const rows = await query<Row>(scope.tx, `select ${entrySelect} from ${entryFrom} where b.id = ?`, [bankEntryId]);
  const [row] = rows;
  if (row === undefined) throw new Problem("bank-entry-not-found");
  return (await toWire(scope, rows))(row);
}

/** Each with where it may belong, for as many as there are in as many statements as for one. */
async function toWire(scope: Scope, rows: readonly Row[]): Promise<(row: Row) => BankEntryWire> {
  const proposalsOf = await loadProposals(scope, rows);
  const returns = await proposeReturns(scope, rows.filter(left));
  return (row) => ({
    ...fromRow(row, proposalsOf(row)),
    ...(left(row) && { returnProposals: returns.get(row.id) ?? [] }),
  });
}

const waits = ({ state }: Row): boolean => state === "open" || state === "held";
const left = (row: Row): boolean => waits(row) && row.amount_minor.startsWith("-");
const cameIn = (row: Row): boolean => waits(row) && !row.amount_minor.startsWith("-");

const entrySelect = `b.*, s.id as statement_row, s.statement_id, s.iban, s.legal_entity_id, s.currency, m.name as by_name`;
const entryFrom = `bank_entries b
  join bank_statements s on s.tenant_id = b.tenant_id and s.id = b.bank_statement_id
  join memberships m on m.tenant_id = b.tenant_id and m.id = b.decided_by`;

type Proposals = BankEntryWire["proposals"];

/** What came in and waits is held against what is owed now. */
async function loadProposals(scope: Scope, rows: readonly Row[]): Promise<(row: Row) => Proposals> {
  const waiting = rows.filter(cameIn);
  if (waiting.length === 0) return () => [];
  const accountOf = (row: Row) => ({ legalEntityId: row.legal_entity_id, currency: row.currency });
  const accounts = new Map(waiting.map((row) => [`${row.legal_entity_id} ${row.currency}`, accountOf(row)]));
  const matchingOf = await loadMatching(scope, [...accounts.values()], waiting.map(toTransaction));
  const known = new Map([...accounts].map(([key, account]) => [key, matchingOf(account)]));
  return (row) => {
    const of = known.get(`${row.legal_entity_id} ${row.currency}`);
    return of === undefined || !cameIn(row) ? [] : proposalsOf(row, of);
  };
}

function proposalsOf(row: Row, { book, clientOfIban }: Matching): Proposals {
  const match = matchTransaction(toTransaction(row), book, clientOfIban);
  const found =
    match.is === "open"
      ? match.proposals
      : match.invoices.map((candidate) => ({
          candidate,
          score: 100,
          because: match.because,
          keeps: undefined,
        }));
  return found.map(({ candidate, keeps, score, because }) => ({
    client: { id: candidate.clientId, name: candidate.clientNames[0] ?? "" },
    invoice: {
      id: candidate.invoiceId,
      number: candidate.number,
      open: minorToWire(candidate.openMinor, row.currency),
    },
    ...(keeps !== undefined && {
      residual: { kind: keeps.kind, amount: minorToWire(keeps.minor, row.currency) },
    }),
    score,
    because,
  }));
}

const toTransaction = (row: Row): BankTransaction => ({
  entryReference: row.entry_reference,
  position: row.position,
  minor: BigInt(row.amount_minor),
  bookedOn: row.booked_on,
  returns: row.returns,
  fee: row.fee,
  chargesMinor: BigInt(row.charges_minor),
  ...(row.counterparty !== null && { counterparty: row.counterparty }),
  ...(row.counterparty_iban !== null && { counterpartyIban: row.counterparty_iban }),
  ...(row.end_to_end_id !== null && { endToEndId: row.end_to_end_id }),
  creditorReferences: row.creditor_references,
  text: row.remittance,
});

const fromRow = (row: Row, proposals: Proposals): BankEntryWire => ({
  id: row.id,
  statement: { id: row.statement_row, statementId: row.statement_id, iban: row.iban },
  amount: minorToWire(row.amount_minor, row.currency),
  charges: minorToWire(row.charges_minor, row.currency),
  bookedOn: row.booked_on,
  ...(row.counterparty !== null && { counterparty: row.counterparty }),
  ...(row.counterparty_iban !== null && { counterpartyIban: row.counterparty_iban }),
  ...(row.end_to_end_id !== null && { endToEndId: row.end_to_end_id }),
  creditorReferences: [...row.creditor_references],
  text: row.remittance,
  returns: row.returns,
  ...(row.return_reason !== null && { returnReason: row.return_reason }),
  fee: row.fee,
  state: row.state,
  because: row.because,
  ...(row.payment_id !== null && { paymentId: row.payment_id }),
  decidedBy: row.by_name,
  proposals,
});
