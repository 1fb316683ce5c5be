import type { BankTransaction } from "@plumbline/domain/bank/statement";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { returnPayments } from "../payments/return-payments.ts";
import { type BankAccount, listPaymentsByEndToEnd } from "./bank-store.ts";
import type { Decision } from "./decide-transactions.ts";

/**
 * Undoes the payments that the bank takes back in a statement, those of the same statement included: where the bank names
 * one payment by its end-to-end id, and takes what it was, with its own charge or without.
 *
 * @returns how many
 */
export async function takeBackPayments(
  scope: Scope,
  {
    id,
    account,
    decisions,
  }: { readonly id: string; readonly account: BankAccount; readonly decisions: readonly Decision[] },
): Promise<number> {
  const waiting = decisions
    .filter(({ state, transaction: { returns, minor } }) => state === "open" && returns && minor < 0n)
    .map(({ transaction }) => transaction);
  const payments = await listPaymentsByEndToEnd(
    scope,
    account,
    waiting.flatMap(({ endToEndId }) => endToEndId ?? []),
  );
  const taken = new Set<string>();
  const found = waiting.flatMap((transaction) => {
    const payment = payments.get(transaction.endToEndId ?? "");
    const [gone, charged] = [-transaction.minor, transaction.chargesMinor];
    if (payment === undefined || taken.has(payment.paymentId)) return [];
    if (gone !== payment.minor && gone - charged !== payment.minor) return [];
    taken.add(payment.paymentId);
    return [{ transaction, paymentId: payment.paymentId, chargedMinor: gone - payment.minor }];
  });
  if (found.length === 0) return 0;
  await returnPayments(
    scope,
    found.map(({ transaction, ...one }) => ({ ...one, on: transaction.bookedOn, reason: reasonOf(transaction) })),
  );
  await query(
    scope.tx,
    `update bank_entries b set state = 'returned', payment_id = u.payment_id, because = u.because, decided_by = app.actor(), decided_at = now()
       from unnest(?::uuid[], ?::text[], ?::int[], ?::text[]) u (payment_id, entry_reference, position, because)
      where b.bank_statement_id = ? and (b.entry_reference, b.position) = (u.entry_reference, u.position)`,
    [
      found.map(({ paymentId }) => paymentId),
      found.map(({ transaction }) => transaction.entryReference),
      found.map(({ transaction }) => transaction.position),
      found.map(({ transaction }) => reasonOf(transaction)),
      id,
    ],
  );
  return found.length;
}

const reasonOf = ({ returnReason, endToEndId = "" }: BankTransaction): string =>
  `The bank took back ${endToEndId}${returnReason === undefined ? "" : `, for ${returnReason}`}.`;
