import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { withdrawShortPaid } from "../disputes/short-paid.ts";
import { bookEntries, type LedgerEntry } from "../ledger/book-entries.ts";
import { hereOf, loadPaid, type Paid, undoing } from "./load-paid.ts";
import { lockClients } from "./lock-clients.ts";
import { laterOf } from "./save-applications.ts";

export type Return = {
  readonly paymentId: Id<"payment">;
  readonly on: LocalDate;
  readonly reason: string;
  /** What the bank charged the firm for it. */
  readonly chargedMinor: bigint;
};

/**
 * Undoes payments that the bank took back: every application is reversed, so that the invoices are owed again, and the money
 * is gone. What the bank charged for it is the firm's cost.
 *
 * @throws Problem `payment-not-found` | `return-refused` naming a payment that is not here whole, or is disputed
 */
export async function returnPayments(scope: Scope, returns: readonly Return[]): Promise<void> {
  const paymentIds = returns.map(({ paymentId }) => paymentId);
  const owners = await query<{ client_id: ClientId }>(scope.tx, "select client_id from payments where id = any(?)", [
    paymentIds,
  ]);
  await lockClients(
    scope,
    owners.map((owner) => owner.client_id),
  );
  const payments = await loadPaid(scope, paymentIds);
  const undone = returns.map((one) => {
    const paid = payments.get(one.paymentId);
    if (paid === undefined) throw new Problem("payment-not-found");
    const refused = (what: string) => new Problem("return-refused", { detail: `Payment ${paid.id} ${what}.` });
    if (!paid.isMoney) throw refused("is what a credit note gave");
    if (paid.disputed > 0n) throw refused("has a chargeback that is not decided");
    if (hereOf(paid) !== paid.minor) throw refused("was taken back or paid back already, or a part of it was");
    return { one, paid };
  });
  await bookEntries(
    scope,
    undone.flatMap(({ one, paid }) => entriesOf(scope, one, paid)),
  );
  await withdrawShortPaid(
    scope,
    undone.flatMap(({ one: { reason }, paid }) => paid.applied.map(({ entryId }) => ({ entryId, reason }))),
  );
  await scope.emit(
    undone.map(({ one: { reason }, paid: { id, applied } }) => ({
      name: "payment.returned",
      subjectId: id,
      data: { invoiceIds: applied.map(({ invoiceId }) => invoiceId), reason },
    })),
  );
  await scope.audit(
    undone.map(({ one: { reason }, paid: { id } }) => ({ action: "payment.returned", subjectId: id, reason })),
  );
}

function entriesOf(scope: Scope, { on, reason, chargedMinor }: Return, paid: Paid): LedgerEntry[] {
  const { clientId, legalEntityId, currency, held, minor: amount } = paid;
  const bookedOn = laterOf(on, paid.receivedOn);
  const about = { clientId, legalEntityId, currency, paymentId: paid.id, bookedOn, reason };
  const entry = (more: Pick<LedgerEntry, "fact" | "postings">): LedgerEntry => ({
    id: scope.newId<"ledger-entry">(),
    ...about,
    ...more,
  });
  return [
    ...paid.applied.map((application) => undoing(scope, paid, { application, on: bookedOn, reason })),
    entry({ fact: "payment_returned", postings: bookings.payment_returned({ amount, held }) }),
    ...(chargedMinor === 0n
      ? []
      : [entry({ fact: "bank_charged", postings: bookings.bank_charged({ amount: chargedMinor }) })]),
  ];
}
