import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { ClaimState } from "@plumbline/domain/receivable/interest-claim";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query, queryOne } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { bookingDate } from "../ledger/booking-date.ts";
import { lockClients } from "../payments/lock-clients.ts";
import { interestOf } from "./claim-interest.ts";
import { readBaseRates, readLateDebts } from "./late-debts.ts";

type Which = { readonly interestClaimId: Id<"interest-claim"> };

type Claim = {
  readonly invoice_id: InvoiceId;
  readonly legal_entity_id: LegalEntityId;
  readonly client_id: ClientId;
  readonly currency: Currency;
  readonly from_on: LocalDate;
  readonly until_on: LocalDate;
  readonly interest_minor: string;
  readonly compensation_minor: string;
  readonly state: ClaimState;
};

/**
 * Makes a client owe what was proposed, beside the invoice that it was late with. Refused when the payments tell another sum
 * by now: then it is claimed anew.
 *
 * @throws Problem `permission-missing` | `interest-claim-not-found` | `interest-claim-decided` | `interest-refused` |
 *   `booking-date-refused`
 */
export async function chargeInterest(scope: Scope, { interestClaimId }: Which): Promise<void> {
  demand(scope, "interest.claim");
  const claim = await lockClaim(scope, interestClaimId);
  await refuseStale(scope, claim);
  const entryId = scope.newId<"ledger-entry">();
  await bookEntries(scope, [
    {
      id: entryId,
      fact: "late_charged",
      legalEntityId: claim.legal_entity_id,
      clientId: claim.client_id,
      currency: claim.currency,
      bookedOn: await bookingDate(scope, claim.legal_entity_id, undefined),
      invoiceId: claim.invoice_id,
      reason: `Interest from ${claim.from_on} until ${claim.until_on}`,
      postings: bookings.late_charged({ amount: BigInt(claim.interest_minor) + BigInt(claim.compensation_minor) }),
    },
  ]);
  await query(
    scope.tx,
    `update interest_claims set state = 'charged', entry_id = ?, decided_by = app.actor(), decided_at = now() where id = ?`,
    [entryId, interestClaimId],
  );
  await scope.emit([{ name: "interest_claim.charged", subjectId: interestClaimId, data: {} }]);
  await scope.audit([{ action: "interest_claim.charged", subjectId: interestClaimId }]);
}

/**
 * Gives up what was proposed, for all of its days.
 *
 * @throws Problem `permission-missing` | `interest-claim-not-found` | `interest-claim-decided`
 */
export async function waiveInterest(
  scope: Scope,
  { interestClaimId, reason }: Which & { readonly reason: string },
): Promise<void> {
  demand(scope, "receivable.write_off");
  await lockClaim(scope, interestClaimId);
  await query(
    scope.tx,
    `update interest_claims set state = 'waived', reason = ?, decided_by = app.actor(), decided_at = now() where id = ?`,
    [reason, interestClaimId],
  );
  await scope.emit([{ name: "interest_claim.waived", subjectId: interestClaimId, data: { reason } }]);
  await scope.audit([{ action: "interest_claim.waived", subjectId: interestClaimId, reason }]);
}

async function lockClaim(scope: Scope, interestClaimId: Id<"interest-claim">): Promise<Claim> {
  const [owner] = await query<{ client_id: ClientId }>(scope.tx, "select client_id from interest_claims where id = ?", [
    interestClaimId,
  ]);
  if (owner === undefined) throw new Problem("interest-claim-not-found");
  await lockClients(scope, [owner.client_id]);
  const claim = await queryOne<Claim>(scope.tx, "select * from interest_claims where id = ?", [interestClaimId]);
  if (claim.state !== "proposed")
    throw new Problem("interest-claim-decided", { detail: `It is ${claim.state} already.` });
  return claim;
}

/** The claim must still be what the payments say. */
async function refuseStale(scope: Scope, claim: Claim): Promise<void> {
  const today = await bookingDate(scope, claim.legal_entity_id, undefined);
  const [late] = await readLateDebts(scope, new Map([[claim.legal_entity_id, today]]), [claim.invoice_id]);
  const owed = late && interestOf(late, { until: claim.until_on, baseRates: await readBaseRates(scope) });
  const same =
    owed?.from === claim.from_on &&
    owed.interest.minor === BigInt(claim.interest_minor) &&
    owed.compensation === BigInt(claim.compensation_minor);
  if (late?.waits === true || !same)
    throw new Problem("interest-refused", { detail: "What was paid or disputed changed since: claim it anew." });
}
