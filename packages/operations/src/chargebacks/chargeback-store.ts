import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { type ChargebackState, isUndecided } from "@plumbline/domain/receivable/chargeback";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { loadPaid, type Paid } from "../payments/load-paid.ts";
import { lockClients } from "../payments/lock-clients.ts";

export type Undecided = {
  readonly id: Id<"chargeback">;
  readonly paymentId: Id<"payment">;
  readonly minor: bigint;
  readonly caseReference: string;
  readonly openedOn: LocalDate;
  readonly answerBy: LocalDate;
  readonly state: ChargebackState;
};

/** A payment with where all of it is, while its client is locked. @throws Problem `payment-not-found` */
export async function lockPaid(scope: Scope, paymentId: Id<"payment">): Promise<Paid> {
  const owners = await query<{ client_id: ClientId }>(scope.tx, "select client_id from payments where id = ?", [
    paymentId,
  ]);
  await lockClients(
    scope,
    owners.map((owner) => owner.client_id),
  );
  const paid = (await loadPaid(scope, [paymentId])).get(paymentId);
  if (paid === undefined) throw new Problem("payment-not-found");
  return paid;
}

/**
 * Locks a chargeback that is not decided; its payment's client is locked first, as everywhere.
 *
 * @throws Problem `chargeback-not-found` | `chargeback-decided`
 */
export async function lockChargeback(
  scope: Scope,
  chargebackId: Id<"chargeback">,
): Promise<{ readonly chargeback: Undecided; readonly paid: Paid }> {
  const [known] = await query<{ payment_id: Id<"payment"> }>(
    scope.tx,
    "select payment_id from chargebacks where id = ?",
    [chargebackId],
  );
  if (known === undefined) throw new Problem("chargeback-not-found");
  const paid = await lockPaid(scope, known.payment_id);
  const [row] = await query<{
    amount_minor: string;
    case_reference: string;
    opened_on: LocalDate;
    answer_by: LocalDate;
    state: ChargebackState;
    decision_reason: string | null;
  }>(scope.tx, "select * from chargebacks where id = ? for update", [chargebackId]);
  if (row === undefined) throw new Error(`chargeback ${chargebackId} vanished`);
  if (!isUndecided(row.state))
    throw new Problem("chargeback-decided", { detail: `It was ${row.state}: ${row.decision_reason}` });
  const chargeback: Undecided = {
    id: chargebackId,
    paymentId: paid.id,
    minor: BigInt(row.amount_minor),
    caseReference: row.case_reference,
    openedOn: row.opened_on,
    answerBy: row.answer_by,
    state: row.state,
  };
  return { chargeback, paid };
}
