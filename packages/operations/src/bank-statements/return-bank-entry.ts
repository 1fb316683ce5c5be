import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookingDate } from "../ledger/booking-date.ts";
import { returnPayments } from "../payments/return-payments.ts";
import { decideEntry, lockBankEntry, type WaitingEntry } from "./lock-bank-entry.ts";

type Input = {
  readonly bankEntryId: Id<"bank-entry">;
  readonly paymentId: Id<"payment">;
  /** Where it cannot be booked on the bank's day, because the books are closed. */
  readonly on?: LocalDate | undefined;
};

/**
 * A person says which payment the bank took back. Its invoices are owed again; what the bank took beyond the payment is its
 * charge.
 *
 * @throws Problem `permission-missing` | `bank-entry-not-found` | `bank-entry-decided` | `bank-entry-refused` |
 *   `payment-not-found` | `return-refused` | `booking-date-refused`
 */
export async function returnBankEntry(scope: Scope, { bankEntryId, paymentId, on }: Input): Promise<void> {
  demand(scope, "payment.record");
  const entry = await lockBankEntry(scope, bankEntryId);
  const chargedMinor = await chargeOf(scope, entry, paymentId);
  const because = `The bank took it back${entry.returnReason === undefined ? "" : `, for ${entry.returnReason}`}.`;
  const bookedOn = await bookingDate(scope, entry.legalEntityId, on ?? entry.bookedOn);
  await returnPayments(scope, [{ paymentId, on: bookedOn, reason: because, chargedMinor }]);
  await decideEntry(scope, entry, { state: "returned", because, paymentId });
  await scope.emit([{ name: "bank_entry.returned", subjectId: bankEntryId, data: { paymentId } }]);
  await scope.audit([{ action: "bank_entry.returned", subjectId: bankEntryId }]);
}

async function chargeOf({ tx }: Scope, entry: WaitingEntry, paymentId: Id<"payment">): Promise<bigint> {
  const [payment] = await query<{ amount_minor: string; fits: boolean }>(
    tx,
    "select amount_minor, (legal_entity_id, currency) = (?, ?) as fits from payments where id = ?",
    [entry.legalEntityId, entry.currency, paymentId],
  );
  if (payment === undefined) throw new Problem("payment-not-found");
  const [gone, paid] = [-entry.minor, BigInt(payment.amount_minor)];
  const refused = (detail: string) => new Problem("bank-entry-refused", { detail });
  if (!payment.fits) throw refused("The payment came to another legal entity, or in another currency.");
  if (gone < paid)
    throw refused(
      `The bank took ${toDecimal(money(gone, entry.currency))}, and the payment is ${toDecimal(money(paid, entry.currency))} ${entry.currency}.`,
    );
  return gone - paid;
}
