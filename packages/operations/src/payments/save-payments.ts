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
  /** When it was taken over, where it came in before the firm moved in; no bank of ours has seen it. */
  readonly takenOverOn?: LocalDate | undefined;
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
    opening: ["boolean", ({ takenOverOn }) => takenOverOn !== undefined],
  });
  await bookEntries(
    scope,
    payments.map(({ id, clientId, legalEntityId, amount, receivedOn, engagementId, takenOverOn }) => {
      const fact = takenOverOn === undefined ? "payment_received" : "credit_taken_over";
      return {
        id: scope.newId<"ledger-entry">(),
        fact,
        legalEntityId,
        clientId,
        currency: amount.currency,
        bookedOn: takenOverOn ?? receivedOn,
        paymentId: id,
        postings: bookings[fact]({ amount: amount.minor, held: heldOn({ engagementId }) }),
      };
    }),
  );
  await scope.emit(payments.map(({ id }) => ({ name: "payment.recorded", subjectId: id, data: {} })));
  await scope.audit(payments.map(({ id }) => ({ action: "payment.recorded", subjectId: id })));
}
