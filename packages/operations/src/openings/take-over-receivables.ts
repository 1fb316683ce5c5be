import { addDays, daysBetween } from "@plumbline/domain/calendar/local-date";
import { bookings } from "@plumbline/domain/ledger/bookings";
import type { ClientId } from "@plumbline/domain/id";
import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { lockClients } from "../payments/lock-clients.ts";
import { standardProfile } from "../imports/kinds/delivery-profiles.ts";
import { fixCutOver } from "./cut-over.ts";
import type { NewOpening } from "./opening-contradictions.ts";

/** No rules judged what was issued elsewhere. */
const noBundle = sha256("");

/**
 * Takes over what clients owe on documents of a former system: from now on they are owed, reminded of and paid here. They are
 * in no series of ours, have no lines, and are booked against the opening balances on the last day of the former books.
 */
export async function takeOverReceivables(scope: Scope, openings: readonly NewOpening[]): Promise<void> {
  await lockClients(
    scope,
    openings.map(({ payerId }) => payerId),
  );
  await fixCutOver(scope, openings);
  const profiles = await standardProfiles(scope, openings);
  await insertRows(
    scope.tx,
    "invoices",
    openings,
    {
      id: ["uuid", ({ id }) => id],
      kind: ["text", () => "opening"],
      stage: ["text", () => "posted"],
      legal_entity_id: ["uuid", ({ legalEntityId }) => legalEntityId],
      client_id: ["uuid", ({ clientId }) => clientId],
      payer_id: ["uuid", ({ payerId }) => payerId],
      engagement_id: ["uuid", ({ engagementId }) => engagementId],
      currency: ["text", ({ currency }) => currency],
      period_start: ["date", ({ issuedOn }) => issuedOn],
      period_end: ["date", ({ issuedOn }) => addDays(issuedOn, 1)],
      payment_terms_days: ["int", ({ issuedOn, dueOn }) => daysBetween(issuedOn, dueOn)],
      number_text: ["text", ({ number }) => number],
      issued_on: ["date", ({ issuedOn }) => issuedOn],
      due_on: ["date", ({ dueOn }) => dueOn],
      minutes: ["bigint", () => 0],
      net_minor: ["bigint", ({ grossMinor, taxMinor }) => grossMinor - taxMinor],
      tax_minor: ["bigint", ({ taxMinor }) => taxMinor],
      total_minor: ["bigint", ({ grossMinor }) => grossMinor],
      opening_minor: ["bigint", ({ openMinor }) => openMinor],
      content_hash: ["text", contentHash],
      bundle_hash: ["text", () => noBundle],
      delivery_profile_id: ["uuid", ({ payerId }) => profiles.get(payerId)],
    },
    { constants: { issued_at: "now()" } },
  );
  await bookEntries(
    scope,
    openings.map(({ id, legalEntityId, payerId, currency, cutOverOn, openMinor }) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "receivable_taken_over",
      legalEntityId,
      clientId: payerId,
      currency,
      bookedOn: cutOverOn,
      invoiceId: id,
      postings: bookings.receivable_taken_over({ amount: openMinor }),
    })),
  );
  await scope.emit(openings.map(({ id, number }) => ({ name: "invoice.taken_over", subjectId: id, data: { number } })));
  await scope.audit(
    openings.map((opening) => ({
      action: "invoice.taken_over",
      subjectId: opening.id,
      afterHash: contentHash(opening),
    })),
  );
}

/** What it says, as far as it was told: nobody approved it here. */
function contentHash({
  number,
  issuedOn,
  dueOn,
  currency,
  grossMinor,
  taxMinor,
  openMinor,
  payerId,
}: NewOpening): string {
  const said = {
    number,
    payerId,
    issuedOn,
    dueOn,
    currency,
    gross: `${grossMinor}`,
    tax: `${taxMinor}`,
    open: `${openMinor}`,
  };
  return sha256(JSON.stringify(said));
}

/** Who is reminded is written to as its invoices are. */
async function standardProfiles(
  { tx }: Scope,
  openings: readonly NewOpening[],
): Promise<ReadonlyMap<ClientId, string>> {
  const rows = await query<{ id: string; clientId: ClientId }>(
    tx,
    'select id, client_id as "clientId" from delivery_profiles where name = ? and client_id = any(?)',
    [standardProfile, [...new Set(openings.map(({ payerId }) => payerId))]],
  );
  return new Map(rows.map(({ id, clientId }) => [clientId, id]));
}
