import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, InvoiceId } from "@plumbline/domain/id";
import { bookings } from "@plumbline/domain/ledger/bookings";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { bookEntries } from "../ledger/book-entries.ts";
import { type Account, listOpenCreditNotes } from "./payment-store.ts";

/**
 * Turns what credit notes give into credits of a client that is locked, which invoices take like money that came in. A
 * credit note is released once, whole.
 *
 * @throws Problem `netting-refused` naming a credit note that gives nothing here
 */
export async function releaseCreditNotes(
  scope: Scope,
  account: Account,
  { invoiceIds, on }: { readonly invoiceIds: "all" | readonly InvoiceId[]; readonly on: LocalDate },
): Promise<readonly Id<"payment">[]> {
  const open = await listOpenCreditNotes(scope, account);
  const missing =
    invoiceIds === "all" ? undefined : invoiceIds.find((id) => !open.some(({ invoiceId }) => invoiceId === id));
  if (missing !== undefined) {
    const detail = `${missing} is no credit note of this client, legal entity and currency that still gives something.`;
    throw new Problem("netting-refused", { detail });
  }
  const credits = open
    .filter(({ invoiceId, issuedOn }) => (invoiceIds === "all" ? issuedOn <= on : invoiceIds.includes(invoiceId)))
    .map((note) => ({ ...note, id: scope.newId<"payment">(), on: note.issuedOn > on ? note.issuedOn : on }));
  if (credits.length === 0) return [];
  await insertRows(
    scope.tx,
    "payments",
    credits,
    {
      id: ["uuid", ({ id }) => id],
      amount_minor: ["bigint", ({ left }) => left.minor],
      received_on: ["date", (credit) => credit.on],
      credit_note_id: ["uuid", ({ invoiceId }) => invoiceId],
    },
    {
      constants: {
        legal_entity_id: ["?::uuid", account.legalEntityId],
        client_id: ["?::uuid", account.clientId],
        currency: ["?", account.currency],
        reference: `(select number_text from invoices i where i.tenant_id = (select app.tenant()) and i.id = u.credit_note_id)`,
      },
    },
  );
  await bookEntries(
    scope,
    credits.map((credit) => ({
      id: scope.newId<"ledger-entry">(),
      fact: "credit_released",
      legalEntityId: account.legalEntityId,
      clientId: account.clientId,
      currency: account.currency,
      bookedOn: credit.on,
      invoiceId: credit.invoiceId,
      paymentId: credit.id,
      postings: bookings.credit_released({ amount: credit.left.minor }),
    })),
  );
  await scope.emit(
    credits.map(({ id, invoiceId }) => ({ name: "credit.released", subjectId: id, data: { creditNoteId: invoiceId } })),
  );
  await scope.audit(credits.map(({ id }) => ({ action: "credit.released", subjectId: id })));
  return credits.map(({ id }) => id);
}
