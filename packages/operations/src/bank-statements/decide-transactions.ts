import { matchTransaction, partsOf } from "@plumbline/domain/bank/match-transaction";
import type { BankStatement, BankTransaction } from "@plumbline/domain/bank/statement";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import { money } from "@plumbline/domain/money/money";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { NewPayment } from "../payments/save-payments.ts";
import { type BookedPart, laterOf } from "../payments/save-applications.ts";
import { lockClients } from "../payments/lock-clients.ts";
import { type BankAccount, listPaymentsByEndToEnd, loadMatching } from "./bank-store.ts";

/** What becomes of a transaction, and why. */
export type Decision = {
  readonly transaction: BankTransaction;
  readonly state: "settled" | "open" | "held" | "aside";
  readonly because: string;
  readonly payment?: NewPayment;
  readonly parts: readonly BookedPart[];
};

export type Days = { readonly today: LocalDate; readonly closedTo: LocalDate | null };

/** Decides every transaction of a statement but those that take money back; what one settles the next cannot. */
export async function decideTransactions(
  scope: Scope,
  account: BankAccount,
  { statement, days }: { readonly statement: BankStatement; readonly days: Days },
): Promise<readonly Decision[]> {
  const { transactions } = statement;
  const { book: named } = (await loadMatching(scope, [account], transactions))(account);
  const back = await listPaymentsByEndToEnd(
    scope,
    account,
    transactions.flatMap(({ returns, endToEndId }) => (returns && endToEndId) || []),
  );
  await lockClients(scope, [
    ...transactions.flatMap((one) => named.named(one).map(({ clientId }) => clientId)),
    ...[...back.values()].map(({ clientId }) => clientId),
  ]);
  const known = await knownElsewhere(scope, statement);
  const matching = (await loadMatching(scope, [account], transactions))(account);
  return transactions.map((transaction): Decision => {
    const held = holdOf(transaction, statement, days) ?? known(transaction);
    if (held !== undefined) return { transaction, state: "held", because: held, parts: [] };
    if (transaction.fee) return { transaction, state: "aside", because: "The bank's own fee.", parts: [] };
    if (transaction.returns) return { transaction, state: "open", because: noPayment, parts: [] };
    if (transaction.minor < 0n) return { transaction, state: "aside", because: "The firm paid it.", parts: [] };
    const match = matchTransaction(transaction, matching.book, matching.clientOfIban);
    if (match.is === "open") return { transaction, state: "open", because: match.because, parts: [] };
    matching.book.settle(match.invoices);
    const { legalEntityId, currency } = account;
    const { clientId } = match;
    const payment = {
      id: scope.newId<"payment">(),
      clientId,
      legalEntityId,
      receivedOn: transaction.bookedOn,
      amount: money(transaction.minor, currency),
      reference: referenceOf(transaction),
    };
    const parts = partsOf(match).map(({ invoiceId, minor, keptMinor, kind }): BookedPart => {
      const issuedOn = matching.issuedOn.get(invoiceId) ?? transaction.bookedOn;
      return {
        paymentId: payment.id,
        invoiceId,
        account: { clientId, legalEntityId, currency },
        amount: money(minor, currency),
        on: laterOf(issuedOn, transaction.bookedOn),
        ...(keptMinor > 0n && { residual: { kind, amount: money(keptMinor, currency) } }),
      };
    });
    return { transaction, state: "settled", because: match.because, payment, parts };
  });
}

const noPayment = "The bank undoes something, and no payment is known that it belongs to.";
const referenceMax = 140;

/** What a payment from the bank is called: what the payer wrote. */
export const referenceOf = (transaction: Pick<BankTransaction, "text" | "endToEndId" | "entryReference">): string =>
  (transaction.text || (transaction.endToEndId ?? transaction.entryReference)).slice(0, referenceMax);

function holdOf(
  { instructed, bookedOn }: BankTransaction,
  { currency }: BankStatement,
  days: Days,
): string | undefined {
  if (instructed !== undefined && instructed.currency !== currency)
    return `It was ordered in ${instructed.currency} and changed into ${currency}: a person says what it pays.`;
  if (bookedOn > days.today) return `It is booked on ${bookedOn}, which lies ahead.`;
  return days.closedTo !== null && bookedOn <= days.closedTo
    ? `The books are closed up to ${days.closedTo}.`
    : undefined;
}

/** Banks send an entry again under another statement; their own reference stays the same. */
async function knownElsewhere({ tx }: Scope, { iban, statementId, transactions }: BankStatement) {
  const references = transactions.flatMap(({ servicerReference }) => servicerReference ?? []);
  const rows = await query<{
    servicer_reference: string;
    position: number;
    amount_minor: string;
    statement_id: string;
  }>(
    tx,
    `select b.servicer_reference, b.position, b.amount_minor, s.statement_id
       from bank_entries b join bank_statements s on s.tenant_id = b.tenant_id and s.id = b.bank_statement_id
      where b.servicer_reference = any(?) and s.iban = ? and s.statement_id <> ?`,
    [references, iban, statementId],
  );
  const keyOf = (reference: string, position: number, minor: bigint | string) => `${reference} ${position} ${minor}`;
  const seen = new Map(
    rows.map((row) => [keyOf(row.servicer_reference, row.position, row.amount_minor), row.statement_id]),
  );
  return ({ servicerReference = "", position, minor }: BankTransaction): string | undefined => {
    const of = seen.get(keyOf(servicerReference, position, minor));
    return of && `The bank sent it before, in statement ${of}.`;
  };
}
