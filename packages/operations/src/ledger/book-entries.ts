import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { ClientId, Id, InvoiceId, LegalEntityId } from "@plumbline/domain/id";
import type { BookedFact, Posting } from "@plumbline/domain/ledger/bookings";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";

/** A fact as the sub-ledger keeps it. */
export type LedgerEntry = {
  readonly id: Id<"ledger-entry">;
  readonly fact: BookedFact;
  readonly legalEntityId: LegalEntityId;
  readonly clientId: ClientId;
  readonly currency: Currency;
  readonly bookedOn: LocalDate;
  /** When what it makes payable is due. */
  readonly dueOn?: LocalDate;
  readonly invoiceId?: InvoiceId;
  readonly paymentId?: Id<"payment">;
  /** The entry that this one undoes. */
  readonly reverses?: Id<"ledger-entry">;
  readonly reason?: string;
  readonly postings: readonly Posting[];
};

/** What the database says to whoever books on a day that was closed after they looked. */
const booksClosed = "PL199";

/**
 * Writes entries to the sub-ledger, in the transaction of what they are about. Two statements, however many: the database
 * checks that each balances, and takes nothing more for it afterwards.
 *
 * @throws Problem `booking-date-refused` when the books were closed a moment ago
 */
export async function bookEntries(scope: Scope, entries: readonly LedgerEntry[]): Promise<void> {
  await insertRows(
    scope.tx,
    "ledger_entries",
    entries,
    {
      id: ["uuid", ({ id }) => id],
      fact: ["text", ({ fact }) => fact],
      legal_entity_id: ["uuid", ({ legalEntityId }) => legalEntityId],
      client_id: ["uuid", ({ clientId }) => clientId],
      currency: ["text", ({ currency }) => currency],
      booked_on: ["date", ({ bookedOn }) => bookedOn],
      due_on: ["date", ({ dueOn }) => dueOn],
      invoice_id: ["uuid", ({ invoiceId }) => invoiceId],
      payment_id: ["uuid", ({ paymentId }) => paymentId],
      reverses: ["uuid", ({ reverses }) => reverses],
      reason: ["text", ({ reason }) => reason],
    },
    { constants: { recorded_by: "(select app.actor())" } },
  ).catch((error: Error & { readonly code?: string }) => {
    if (error.code !== booksClosed) throw error;
    throw new Problem("booking-date-refused", { detail: "The books of that day were closed a moment ago." });
  });
  const postings = entries.flatMap(({ id, postings: of }) =>
    of.map((posting, index) => ({ ...posting, entryId: id, position: index + 1 })),
  );
  await insertRows(scope.tx, "ledger_postings", postings, {
    entry_id: ["uuid", ({ entryId }) => entryId],
    position: ["int", ({ position }) => position],
    account: ["text", ({ account }) => account],
    amount_minor: ["bigint", ({ minor }) => minor],
    tax_category: ["text", ({ tax }) => tax?.category],
    tax_bp: ["int", ({ tax }) => tax?.basisPoints],
    tax_jurisdiction: ["text", ({ tax }) => tax?.jurisdiction],
  });
}
