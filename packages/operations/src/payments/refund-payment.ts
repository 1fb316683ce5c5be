import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { type Money, money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { bookEntries } from "../ledger/book-entries.ts";
import { hereOf, loadPaid } from "./load-paid.ts";
import { bookingDate, heldOn, lockPayment, type Payment } from "./payment-store.ts";

type Input = {
  readonly paymentId: Id<"payment">;
  readonly amount: Money;
  readonly refundedOn?: LocalDate | undefined;
  readonly reason: string;
};

/**
 * Notes that money no invoice took was paid back. Whoever recorded the payment does not pay it back as well.
 *
 * @param refundedOn today in the legal entity's zone when absent
 * @throws Problem `permission-missing` | `payment-not-found` | `duties-not-separate` | `refund-refused` | `booking-date-refused`
 */
export async function refundPayment(scope: Scope, input: Input): Promise<void> {
  demand(scope, "payment.refund");
  const payment = await lockPayment(scope, input.paymentId);
  if (payment.recordedBy === scope.actor.id)
    throw new Problem("duties-not-separate", { detail: "You recorded this payment; somebody else must refund it." });
  const unapplied = await freeOf(scope, payment);
  const { amount } = input;
  if (amount.currency !== unapplied.currency || amount.minor <= 0n || amount.minor > unapplied.minor) {
    throw new Problem("refund-refused", {
      detail: `What can be paid back is up to ${toDecimal(unapplied)} ${unapplied.currency}.`,
    });
  }
  await bookEntries(scope, [
    {
      id: scope.newId<"ledger-entry">(),
      fact: "credit_refunded",
      legalEntityId: payment.legalEntityId,
      clientId: payment.clientId,
      currency: amount.currency,
      bookedOn: await bookingDate(scope, payment.legalEntityId, input.refundedOn),
      paymentId: payment.id,
      reason: input.reason,
      postings: bookings.credit_refunded({ amount: amount.minor, held: heldOn(payment) }),
    },
  ]);
  const { reason } = input;
  await scope.emit([{ name: "payment.refunded", subjectId: payment.id, data: { reason } }]);
  await scope.audit([{ action: "payment.refunded", subjectId: payment.id, reason }]);
}

/** What no invoice took, less what chargebacks may still take of the payment. */
async function freeOf(scope: Scope, { id, unapplied }: Payment): Promise<Money> {
  const paid = (await loadPaid(scope, [id])).get(id);
  const left = paid === undefined ? 0n : hereOf(paid) - paid.disputed;
  return left < unapplied.minor ? money(left, unapplied.currency) : unapplied;
}
