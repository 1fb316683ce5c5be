import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, Id, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Money } from "@plumbline/domain/money/money";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { heldOn } from "./payment-store.ts";

export type NewPayment = {
  readonly id: Id<"payment">;
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly amount: Money;
  readonly receivedOn: LocalDate;
  readonly reference: string;
  /** What it was paid ahead for, where it is a retainer. */
  readonly engagementId?: EngagementId | undefined;
};

/** Writes money that came in as credit of clients that are locked, in as many statements as for one. */
export async function savePayments(scope: Scope, payments: readonly NewPayment[]): Promise<void> {
  await insertRows(scope.tx, "payments", payments, {
    id: ["uuid", ({ id }) => id],
    legal_entity_id: ["uuid", ({ legalEntityId }) => legalEntityId],
    client_id: ["uuid", ({ clientId }) => clientId],
    currency: ["text", ({ amount }) => amount.currency],
    amount_minor: ["bigint", ({ amount }) => amount.minor],
    received_on: ["date", ({ receivedOn }) => receivedOn],
    reference: ["text", ({ reference }) => reference],
    engagement_id: ["uuid", ({ engagementId }) => engagementId],
  });
  await bookEntries(
    scope,
    payments.map(({ id, clientId, legalEntityId, amount, receivedOn, engagementId }) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "payment_received",
      legalEntityId,
      clientId,
      currency: amount.currency,
      bookedOn: receivedOn,
      paymentId: id,
      postings: bookings.payment_received({ amount: amount.minor, held: heldOn({ engagementId }) }),
    })),
  );
  await scope.emit(payments.map(({ id }) => ({ name: "payment.recorded", subjectId: id, data: {} })));
  await scope.audit(payments.map(({ id }) => ({ action: "payment.recorded", subjectId: id })));
}
