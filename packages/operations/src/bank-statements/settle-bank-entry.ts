import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, Id } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import type { ApplyTo } from "../payments/apply-payment.ts";
import { recordPayment } from "../payments/record-payment.ts";
import { referenceOf } from "./decide-transactions.ts";
import { decideEntry, lockBankEntry } from "./lock-bank-entry.ts";

type Input = {
  readonly bankEntryId: Id<"bank-entry">;
  readonly clientId: ClientId;
  /** Paid ahead for this engagement. */
  readonly engagementId?: EngagementId | undefined;
  /** Where it cannot be booked on the bank's day, because the books are closed. */
  readonly receivedOn?: LocalDate | undefined;
  readonly to?: ApplyTo | undefined;
};

/**
 * A person says which client sent what came in, and what invoices take of it. It becomes a payment.
 *
 * @throws Problem `permission-missing` | `bank-entry-not-found` | `bank-entry-decided` | `bank-entry-refused` |
 *   `client-not-found` | `booking-date-refused` | `application-refused` | `retainer-refused`
 */
export async function settleBankEntry(scope: Scope, { bankEntryId, ...input }: Input): Promise<void> {
  demand(scope, "payment.record");
  const entry = await lockBankEntry(scope, bankEntryId);
  if (entry.minor <= 0n)
    throw new Problem("bank-entry-refused", { detail: "It took money from the account: nobody paid with it." });
  const paymentId = await recordPayment(scope, {
    ...input,
    legalEntityId: entry.legalEntityId,
    amount: money(entry.minor, entry.currency),
    receivedOn: input.receivedOn ?? entry.bookedOn,
    reference: referenceOf(entry),
  });
  await decideEntry(scope, entry, { state: "settled", because: "A person said whose it is.", paymentId });
  await scope.emit([{ name: "bank_entry.settled", subjectId: bankEntryId, data: { paymentId } }]);
  await scope.audit([{ action: "bank_entry.settled", subjectId: bankEntryId }]);
}
