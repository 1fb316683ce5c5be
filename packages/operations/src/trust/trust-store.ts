import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, EngagementId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { amountText } from "@plumbline/domain/money/decimal";
import type { Money } from "@plumbline/domain/money/money";
import { Problem } from "@plumbline/domain/problem";
import type { Proof } from "@plumbline/domain/worklog/work-piece";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";

/** What every movement of trust money says. */
export type TrustMove = {
  readonly engagementId: EngagementId;
  readonly amount: Money;
  readonly on?: LocalDate | undefined;
  readonly reference: string;
  readonly reason: string;
  /** Whose word it rests on. */
  readonly authority: string;
  readonly evidence: Proof;
};

export type Matter = {
  readonly engagementId: EngagementId;
  readonly legalEntityId: LegalEntityId;
  readonly clientId: ClientId;
  readonly payerId: ClientId;
  readonly currency: Currency;
  readonly heldMinor: bigint;
};

/**
 * A matter with what it holds, locked until the transaction ends: whoever moves its money waits.
 *
 * @throws Problem `engagement-not-found` | `trust-refused` for an amount in another currency
 */
export async function lockMatter(scope: Scope, { engagementId, amount }: TrustMove): Promise<Matter> {
  const [row] = await query<Omit<Matter, "heldMinor">>(
    scope.tx,
    `select id as "engagementId", legal_entity_id as "legalEntityId", client_id as "clientId", payer_id as "payerId", currency
       from engagements where id = ? for no key update`,
    [engagementId],
  );
  if (row === undefined) throw new Problem("engagement-not-found");
  if (row.currency !== amount.currency)
    throw new Problem("trust-refused", { detail: `The matter's money is in ${row.currency}.` });
  const [sum] = await query<{ held: string }>(
    scope.tx,
    `select coalesce(sum(case when kind = 'receipt' then amount_minor else -amount_minor end), 0) as held
       from trust_entries where engagement_id = ?`,
    [engagementId],
  );
  return { ...row, heldMinor: BigInt(sum?.held ?? 0) };
}

/** @throws Problem `trust-refused` when a matter does not hold so much */
export function refuseOverdraft({ heldMinor, currency }: Matter, { amount }: TrustMove): void {
  if (amount.minor > heldMinor)
    throw new Problem("trust-refused", { detail: `The matter holds ${amountText(heldMinor, currency)} in trust.` });
}

const kinds = {
  receipt: { fact: "trust_received", event: "trust.received" },
  refund: { fact: "trust_refunded", event: "trust.refunded" },
  transfer: { fact: "trust_transferred", event: "trust.transferred" },
} as const;

/** Books a movement on the two trust accounts and keeps what it rests on. @throws Problem `booking-date-refused` */
export async function saveTrustEntry(
  scope: Scope,
  matter: Matter,
  entry: TrustMove & {
    readonly kind: keyof typeof kinds;
    readonly pays?: { readonly invoiceId: InvoiceId; readonly paymentId: Id<"payment"> };
  },
): Promise<void> {
  const { kind, amount, reason, pays, evidence } = entry;
  const { fact, event } = kinds[kind];
  const bookedOn = await bookingDate(scope, matter.legalEntityId, entry.on);
  const entryId = scope.newId<"ledger-entry">();
  await bookEntries(scope, [
    {
      id: entryId,
      fact,
      legalEntityId: matter.legalEntityId,
      clientId: matter.clientId,
      currency: matter.currency,
      bookedOn,
      reason,
      postings: bookings[fact]({ amount: amount.minor }),
    },
  ]);
  await query(
    scope.tx,
    `insert into trust_entries (tenant_id, id, engagement_id, kind, currency, amount_minor, booked_on, reference, reason, authority,
       document, document_sha256, invoice_id, payment_id, entry_id)
     values ((select app.tenant()), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      scope.newId(),
      matter.engagementId,
      kind,
      matter.currency,
      amount.minor.toString(),
      bookedOn,
      entry.reference,
      reason,
      entry.authority,
      evidence.document,
      evidence.sha256,
      pays?.invoiceId ?? null,
      pays?.paymentId ?? null,
      entryId,
    ],
  );
  const data = { amountMinor: String(amount.minor), ...(pays && { invoiceId: pays.invoiceId }) };
  await scope.emit([{ name: event, subjectId: matter.engagementId, data }]);
  await scope.audit([{ action: event, subjectId: matter.engagementId, reason }]);
}
