import type { z } from "zod";
import type { retainerSettlementWire } from "@plumbline/contract/retainer";
import { minorToWire } from "@plumbline/contract/scalar";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ActorId, ClientId, EngagementId, Id, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { lockClient } from "./lock-clients.ts";
import { bookingDate } from "./payment-store.ts";
import { closeRefundsDue } from "./refunds-due.ts";
import { listRetainers } from "./list-retainers.ts";

type Left = {
  readonly id: Id<"payment">;
  readonly client_id: ClientId;
  readonly legal_entity_id: LegalEntityId;
  readonly currency: Currency;
  readonly recorded_by: ActorId;
  readonly left_minor: string;
  readonly disputed: boolean;
};

/**
 * Settles what is left of a retainer at its end, or once its engagement is closed and billed: what was paid and not used is
 * paid back, or is the firm's, as the terms say. Whoever recorded the money does not settle it as well. No tax is booked: whether a forfeit is taxed is decided by
 * an invoice.
 *
 * @throws Problem `permission-missing` | `engagement-not-found` | `duties-not-separate` | `retainer-refused` |
 *   `booking-date-refused`
 */
export async function settleRetainer(
  scope: Scope,
  input: { readonly engagementId: EngagementId; readonly on?: LocalDate | undefined; readonly reason: string },
): Promise<z.output<typeof retainerSettlementWire>> {
  demand(scope, "payment.refund");
  const deposits = await lockDeposits(scope, input.engagementId);
  const [retainer] = await listRetainers(scope, input);
  if (retainer === undefined) throw await missing(scope, input.engagementId);
  const [first] = deposits;
  if (first === undefined) throw new Problem("retainer-refused", { detail: "Nothing is left of it." });
  if (deposits.some(({ recorded_by: by }) => by === scope.actor.id))
    throw new Problem("duties-not-separate", { detail: "You recorded this money; somebody else must settle it." });
  if (deposits.some(({ disputed }) => disputed))
    throw new Problem("retainer-refused", { detail: "A chargeback of its money is not decided yet." });
  const on = await bookingDate(scope, first.legal_entity_id, input.on);
  const { expiresOn, unused } = retainer;
  const ending = await endOf(scope, input.engagementId);
  if (ending.closed && ending.drafts > 0)
    throw new Problem("retainer-refused", { detail: "Its invoices are not all issued: they take of it first." });
  if (!ending.closed && expiresOn !== undefined && on < expiresOn)
    throw new Problem("retainer-refused", { detail: `It may be used until ${expiresOn}; settle it from then on.` });
  await bookEntries(
    scope,
    deposits.map((deposit) => ({
      id: scope.newId<"ledger-entry">(),
      fact: unused === "earned" ? ("retainer_earned" as const) : ("credit_refunded" as const),
      legalEntityId: deposit.legal_entity_id,
      clientId: deposit.client_id,
      currency: deposit.currency,
      bookedOn: on,
      paymentId: deposit.id,
      reason: input.reason,
      postings:
        unused === "earned"
          ? bookings.retainer_earned({ amount: BigInt(deposit.left_minor) })
          : bookings.credit_refunded({ amount: BigInt(deposit.left_minor), held: "retainer_liability" }),
    })),
  );
  const settled = deposits.reduce((sum, { left_minor: left }) => sum + BigInt(left), 0n);
  const { engagementId: subjectId, reason } = input;
  await scope.emit([{ name: "retainer.settled", subjectId, data: { as: unused, reason } }]);
  await scope.audit([{ action: "retainer.settled", subjectId, reason }]);
  await closeRefundsDue(scope, [subjectId]);
  const [after] = await listRetainers(scope, input);
  return { settled: minorToWire(settled, first.currency), as: unused, retainer: after ?? retainer };
}

/** What is left of each deposit, while those who paid them are locked. */
async function lockDeposits(scope: Scope, engagementId: EngagementId): Promise<readonly Left[]> {
  const payers = await query<{ id: ClientId }>(
    scope.tx,
    "select distinct client_id as id from payments where engagement_id = ? order by 1",
    [engagementId],
  );
  const [payer] = payers;
  // An engagement has one payer at a time; money of a former one is settled payment by payment.
  if (payer === undefined) return [];
  await lockClient(scope, payer.id);
  return query<Left>(
    scope.tx,
    `select y.id, y.client_id, y.legal_entity_id, y.currency, y.recorded_by, s.left_minor, exists (
              select 1 from chargebacks c where c.tenant_id = y.tenant_id and c.payment_id = y.id
                 and c.state in ('open', 'answered')) as disputed
       from payments y
      cross join lateral (
        select -sum(p.amount_minor) as left_minor
          from ledger_entries e join ledger_postings p on p.tenant_id = e.tenant_id and p.entry_id = e.id
         where e.tenant_id = y.tenant_id and e.payment_id = y.id and p.account = 'retainer_liability') s
      where y.engagement_id = ? and y.client_id = ? and s.left_minor > 0 order by y.received_on, y.id`,
    [engagementId, payer.id],
  );
}

/** Whether the engagement is closed, and how many of its invoices are not issued. */
const endOf = ({ tx }: Scope, id: EngagementId) =>
  queryOne<{ closed: boolean; drafts: number }>(
    tx,
    `select exists (select 1 from closures where engagement_id = ? and project_id is null and reopened_at is null) as closed,
            (select count(distinct i.id)::int from invoices i
               join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
              where i.number is null and i.stage <> 'discarded' and l.engagement_id = ?) as drafts`,
    [id, id],
  );

async function missing({ tx }: Scope, id: EngagementId): Promise<Problem> {
  const known = await query(tx, "select 1 from engagements where id = ?", [id]);
  return known.length === 0
    ? new Problem("engagement-not-found")
    : new Problem("retainer-refused", { detail: "Nothing was paid ahead for it." });
}
