import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ActorId, ClientId, EngagementId, Id, LegalEntityId } from "@plumbline/domain/id";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { applyLocked, type ApplyTo } from "./apply-payment.ts";
import { lockClient } from "./lock-clients.ts";
import { bookingDate } from "./payment-store.ts";
import { savePayments } from "./save-payments.ts";

type Input = {
  readonly clientId: ClientId;
  readonly legalEntityId: LegalEntityId;
  readonly amount: Money;
  readonly receivedOn: LocalDate;
  readonly reference: string;
  /** Paid ahead for this engagement: a retainer, which its invoices take as they are issued. */
  readonly engagementId?: EngagementId | undefined;
  /** Applied at once, where it says so; else it waits as the client's credit balance. */
  readonly to?: ApplyTo | undefined;
};

/**
 * Records money that came in from a client. What no invoice takes is the client's credit balance.
 *
 * @throws Problem `permission-missing` | `client-not-found` | `legal-entity-not-found` | `booking-date-refused` |
 *   `application-refused` | `retainer-refused`
 */
export async function recordPayment(scope: Scope, input: Input): Promise<Id<"payment">> {
  demand(scope, "payment.record");
  return takeIn(scope, input);
}

/** As `recordPayment`, for those who may move the money by another permission. */
export async function takeIn(scope: Scope, input: Input): Promise<Id<"payment">> {
  await lockClient(scope, input.clientId);
  if (input.engagementId !== undefined)
    await refuseForeignRetainer(scope, { ...input, engagementId: input.engagementId });
  const on = await bookingDate(scope, input.legalEntityId, input.receivedOn);
  const id = scope.newId<"payment">();
  const { clientId, legalEntityId, amount, engagementId, reference } = input;
  await savePayments(scope, [{ id, clientId, legalEntityId, amount, receivedOn: on, reference, engagementId }]);
  if (input.to !== undefined) {
    const recordedBy: ActorId = scope.actor.id;
    await applyLocked(
      scope,
      { id, legalEntityId, clientId, unapplied: amount, receivedOn: on, recordedBy, engagementId },
      { to: input.to, on },
    );
  }
  return id;
}

/** A retainer is paid by whoever pays the engagement's invoices, where they are issued and in their currency. */
async function refuseForeignRetainer(
  scope: Scope,
  input: Input & { readonly engagementId: EngagementId },
): Promise<void> {
  const [engagement] = await query<{ fits: boolean }>(
    scope.tx,
    "select (payer_id, legal_entity_id, currency) = (?, ?, ?) as fits from engagements where id = ?",
    [input.clientId, input.legalEntityId, input.amount.currency, input.engagementId],
  );
  if (engagement?.fits === true) return;
  const detail =
    engagement === undefined
      ? "There is no such engagement."
      : "The engagement is billed to another client, in another legal entity or in another currency.";
  throw new Problem("retainer-refused", { detail });
}
