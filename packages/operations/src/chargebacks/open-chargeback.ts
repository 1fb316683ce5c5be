import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { toDecimal } from "@plumbline/domain/money/decimal";
import { type Money, money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { ChargebackScheme } from "@plumbline/domain/receivable/chargeback";
import { demand, type Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { bookEntries, type LedgerEntry } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";
import { hereOf, type Paid } from "../payments/load-paid.ts";
import { lockPaid } from "./chargeback-store.ts";

type Input = {
  readonly paymentId: Id<"payment">;
  /** All of the payment when absent. */
  readonly amount?: Money | undefined;
  /** What the bank charged the firm for the case. */
  readonly fee?: Money | undefined;
  readonly scheme: ChargebackScheme;
  readonly caseReference: string;
  readonly reason: string;
  readonly openedOn?: LocalDate | undefined;
  /** The last day on which an answer counts. */
  readonly answerBy: LocalDate;
};

/**
 * Notes that a payer had money of a payment taken back. It is gone, and nobody owes it again until it is decided: invoices
 * stay paid. Each case is opened once.
 *
 * @throws Problem `permission-missing` | `payment-not-found` | `chargeback-refused` | `booking-date-refused`
 */
export async function openChargeback(scope: Scope, input: Input): Promise<Id<"chargeback">> {
  demand(scope, "payment.record");
  const paid = await lockPaid(scope, input.paymentId);
  const on = await bookingDate(scope, paid.legalEntityId, input.openedOn);
  const amount = amountOf(input, paid);
  refuseDays(input, { on, receivedOn: paid.receivedOn });
  const id = scope.newId<"chargeback">();
  const added = await insertRows(
    scope.tx,
    "chargebacks",
    [input],
    {
      id: ["uuid", () => id],
      payment_id: ["uuid", ({ paymentId }) => paymentId],
      amount_minor: ["bigint", () => amount],
      scheme: ["text", ({ scheme }) => scheme],
      case_reference: ["text", ({ caseReference }) => caseReference],
      reason: ["text", ({ reason }) => reason],
      opened_on: ["date", () => on],
      answer_by: ["date", ({ answerBy }) => answerBy],
    },
    { suffix: "on conflict (tenant_id, scheme, case_reference) do nothing returning id" },
  );
  if (added.length === 0)
    throw new Problem("chargeback-refused", { detail: `The case ${input.caseReference} is known already.` });
  const about = { paymentId: paid.id, clientId: paid.clientId, legalEntityId: paid.legalEntityId, bookedOn: on };
  const entry = (more: Pick<LedgerEntry, "fact" | "postings">): LedgerEntry => ({
    id: scope.newId<"ledger-entry">(),
    ...about,
    currency: paid.currency,
    reason: `${input.caseReference}: ${input.reason}`,
    ...more,
  });
  await bookEntries(scope, [
    entry({ fact: "chargeback_opened", postings: bookings.chargeback_opened({ amount }) }),
    ...(input.fee === undefined
      ? []
      : [entry({ fact: "bank_charged", postings: bookings.bank_charged({ amount: input.fee.minor }) })]),
  ]);
  const data = { paymentId: paid.id, answerBy: input.answerBy };
  await scope.emit([{ name: "chargeback.opened", subjectId: id, data }]);
  await scope.audit([{ action: "chargeback.opened", subjectId: id, reason: input.reason }]);
  return id;
}

/** What was not disputed before, and is here still. */
function amountOf({ amount, fee }: Input, paid: Paid): bigint {
  const refused = (detail: string) => new Problem("chargeback-refused", { detail });
  if (!paid.isMoney) throw refused("A credit note gave it: no money came in that could be taken back.");
  const left = hereOf(paid) - paid.disputed;
  const minor = amount?.minor ?? left;
  const wrong = [amount, fee].find((said) => said !== undefined && said.currency !== paid.currency);
  if (wrong !== undefined) throw refused(`The payment is in ${paid.currency}, not in ${wrong.currency}.`);
  if (left <= 0n || minor > left)
    throw refused(`Up to ${toDecimal(money(left, paid.currency))} ${paid.currency} of the payment can be taken back.`);
  return minor;
}

function refuseDays(
  { answerBy }: Input,
  { on, receivedOn }: { readonly on: LocalDate; readonly receivedOn: LocalDate },
): void {
  const refused = (detail: string) => new Problem("chargeback-refused", { detail });
  if (on < receivedOn) throw refused(`The payment came in on ${receivedOn}, after ${on}.`);
  if (answerBy < on) throw refused(`It cannot be answered by ${answerBy}, before it was opened on ${on}.`);
}
