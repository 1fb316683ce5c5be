import { type BankStatement, breakBetween, type StatementEnd } from "@plumbline/domain/bank/statement";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { localDateIn } from "@plumbline/domain/calendar/time-zone";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { saveParts } from "../payments/save-applications.ts";
import { savePayments } from "../payments/save-payments.ts";
import type { BankAccount } from "./bank-store.ts";
import { type Days, decideTransactions } from "./decide-transactions.ts";
import { readCamt } from "./read-camt.ts";
import { XmlFault } from "./read-xml.ts";
import { countStates, saveBankEntries } from "./save-bank-entries.ts";
import { takeBackPayments } from "./take-back-payments.ts";

export type ImportedStatement = {
  readonly id: Id<"bank-statement">;
  /** It was taken in before and says the same: nothing changed. */
  readonly known: boolean;
};

/**
 * Takes in a CAMT.053 file, whole or not at all. What is certain is recorded and applied; what a bank takes back undoes its
 * payment; the rest waits for a person. A statement that is known already changes nothing. Statements of an account go on
 * where the last one ended: one that is missing, or comes too late, is refused.
 *
 * @throws Problem `permission-missing` | `bank-statement-refused` with line and element
 */
export async function importBankStatements(
  scope: Scope,
  { bytes, fileHash }: { readonly bytes: Uint8Array; readonly fileHash: string },
): Promise<readonly ImportedStatement[]> {
  demand(scope, "payment.record");
  const imported: ImportedStatement[] = [];
  // One after another, and few in a file: a statement sees what the one before it settled.
  for (const statement of readOrRefuse(bytes)) imported.push(await importStatement(scope, statement, fileHash));
  return imported;
}

function readOrRefuse(bytes: Uint8Array): readonly BankStatement[] {
  try {
    return readCamt(bytes);
  } catch (error) {
    if (!(error instanceof XmlFault)) throw error;
    const { line, element, message } = error;
    const detail = `Line ${line}, ${element === "" ? "document" : element}: ${message}.`;
    throw new Problem("bank-statement-refused", { detail, extra: { line, element }, cause: error });
  }
}

async function importStatement(scope: Scope, statement: BankStatement, fileHash: string): Promise<ImportedStatement> {
  const { account, days } = await lockAccount(scope, statement);
  const known = await findKnown(scope, statement);
  if (known !== undefined) return { id: known, known: true };
  const id = scope.newId<"bank-statement">();
  const follows = await lastOf(scope, statement);
  await insertRows(scope.tx, "bank_statements", [statement], {
    id: ["uuid", () => id],
    legal_entity_id: ["uuid", () => account.legalEntityId],
    iban: ["text", ({ iban }) => iban],
    statement_id: ["text", ({ statementId }) => statementId],
    sequence: ["bigint", ({ sequence }) => sequence],
    follows: ["uuid", () => follows],
    currency: ["text", () => account.currency],
    opening_minor: ["bigint", ({ openingMinor }) => openingMinor],
    closing_minor: ["bigint", ({ closingMinor }) => closingMinor],
    closed_on: ["date", ({ closedOn }) => closedOn],
    file_hash: ["text", () => fileHash],
  });
  const decisions = await decideTransactions(scope, account, { statement, days });
  await savePayments(
    scope,
    decisions.flatMap(({ payment }) => payment ?? []),
  );
  await saveParts(
    scope,
    decisions.flatMap(({ parts }) => parts),
  );
  await saveBankEntries(scope, id, decisions);
  const returned = await takeBackPayments(scope, { id, account, decisions });
  const data = countStates(decisions, returned);
  await scope.emit([{ name: "bank_statement.imported", subjectId: id, data }]);
  await scope.audit([{ action: "bank_statement.imported", subjectId: id, afterHash: fileHash }]);
  return { id, known: false };
}

const refused = (element: string, detail: string) =>
  new Problem("bank-statement-refused", { detail: `${element}: ${detail}.`, extra: { element } });

/** The account of the firm that the bank names. Its statements are taken in one after another. */
async function lockAccount(
  { tx, now }: Scope,
  { iban, currency }: BankStatement,
): Promise<{ readonly account: BankAccount; readonly days: Days }> {
  const [entity, ...others] = await query<{ id: LegalEntityId; time_zone: string; lock_date: LocalDate | null }>(
    tx,
    `select id, time_zone, greatest(lock_date, cut_over_on) as lock_date from legal_entities where upper(replace(bank ->> 'iban', ' ', '')) = ?
      order by id for no key update`,
    [iban],
  );
  if (entity === undefined) throw refused("Acct/Id/IBAN", `${iban} is no account of the firm`);
  if (others.length > 0) throw refused("Acct/Id/IBAN", `${iban} is the account of several legal entities`);
  const days = { today: localDateIn(now, entity.time_zone), closedTo: entity.lock_date };
  return { account: { legalEntityId: entity.id, currency }, days };
}

/** What was taken in before must be what is sent now. */
async function findKnown(scope: Scope, statement: BankStatement): Promise<Id<"bank-statement"> | undefined> {
  const { iban, statementId, transactions, openingMinor, closingMinor } = statement;
  const rows = await query<{ id: Id<"bank-statement">; said: string; key: string | null }>(
    scope.tx,
    `select s.id, concat_ws(' ', s.opening_minor, s.closing_minor) as said,
            case when b.id is not null then concat_ws(' ', b.entry_reference, b.position, b.amount_minor, b.booked_on) end as key
       from bank_statements s
       left join bank_entries b on b.tenant_id = s.tenant_id and b.bank_statement_id = s.id
      where s.iban = ? and s.statement_id = ?`,
    [iban, statementId],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const kept = new Set(rows.flatMap(({ key }) => key ?? []));
  const sent = transactions.map((one) => `${one.entryReference} ${one.position} ${one.minor} ${one.bookedOn}`);
  if (first.said !== `${openingMinor} ${closingMinor}`)
    throw refused("Bal", `statement ${statementId} of ${iban} was taken in with other balances`);
  if (sent.length !== kept.size || sent.some((key) => !kept.has(key)))
    throw refused("Ntry", `statement ${statementId} of ${iban} was taken in with other entries`);
  return first.id;
}

/** The statement that this one goes on from; none when it is the first of its account. */
async function lastOf(scope: Scope, statement: BankStatement): Promise<Id<"bank-statement"> | undefined> {
  const [last] = await query<{
    id: Id<"bank-statement">;
    statement_id: string;
    sequence: string | null;
    currency: Currency;
    closing_minor: string;
    closed_on: LocalDate;
  }>(
    scope.tx,
    `select s.* from bank_statements s
      where s.iban = ? and not exists (select 1 from bank_statements n where n.tenant_id = s.tenant_id and n.follows = s.id)`,
    [statement.iban],
  );
  if (last === undefined) return undefined;
  const end: StatementEnd = {
    statementId: last.statement_id,
    ...(last.sequence !== null && { sequence: BigInt(last.sequence) }),
    currency: last.currency,
    closingMinor: BigInt(last.closing_minor),
    closedOn: last.closed_on,
  };
  const broken = breakBetween(end, statement);
  if (broken !== undefined) throw refused(broken.element, `statement ${statement.statementId} ${broken.reason}`);
  return last.id;
}
