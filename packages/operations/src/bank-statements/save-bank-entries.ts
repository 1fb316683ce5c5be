import { type BankEntryState, bankEntryStateNames } from "@plumbline/domain/bank/entry-state";
import type { BankTransaction } from "@plumbline/domain/bank/statement";
import type { Id } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { Decision } from "./decide-transactions.ts";

/** Keeps what the bank said and what became of it, in one statement. */
export async function saveBankEntries(
  scope: Scope,
  statementId: Id<"bank-statement">,
  decisions: readonly Decision[],
): Promise<void> {
  const of =
    <Value>(read: (transaction: BankTransaction) => Value) =>
    ({ transaction }: Decision) =>
      read(transaction);
  await insertRows(scope.tx, "bank_entries", decisions, {
    id: ["uuid", () => scope.newId()],
    bank_statement_id: ["uuid", () => statementId],
    entry_reference: ["text", of(({ entryReference }) => entryReference)],
    position: ["int", of(({ position }) => position)],
    servicer_reference: ["text", of(({ servicerReference }) => servicerReference)],
    amount_minor: ["bigint", of(({ minor }) => minor)],
    charges_minor: ["bigint", of(({ chargesMinor }) => chargesMinor)],
    booked_on: ["date", of(({ bookedOn }) => bookedOn)],
    returns: ["boolean", of(({ returns }) => returns)],
    fee: ["boolean", of(({ fee }) => fee)],
    return_reason: ["text", of(({ returnReason }) => returnReason)],
    counterparty: ["text", of(({ counterparty }) => counterparty)],
    counterparty_iban: ["text", of(({ counterpartyIban }) => counterpartyIban)],
    end_to_end_id: ["text", of(({ endToEndId }) => endToEndId)],
    creditor_references: ["text[]", of(({ creditorReferences }) => creditorReferences)],
    remittance: ["text", of(({ text }) => text)],
    state: ["text", ({ state }) => state],
    because: ["text", ({ because }) => because],
    payment_id: ["uuid", ({ payment }) => payment?.id],
  });
}

/** How many entries came to each state, once `returned` of the open ones took a payment back. */
export function countStates(decisions: readonly Decision[], returned: number): Record<BankEntryState, number> {
  const counted = Object.fromEntries(
    bankEntryStateNames.map((state) => [state, decisions.filter((decision) => decision.state === state).length]),
  ) as Record<BankEntryState, number>; // Of all states, in the list's order.
  return { ...counted, returned, open: counted.open - returned };
}
