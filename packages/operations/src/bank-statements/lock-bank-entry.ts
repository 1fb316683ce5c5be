import type { BankEntryState } from "@plumbline/domain/bank/entry-state";
import type { LocalDate } from "@plumbline/domain/calendar/local-date";
import type { Id, LegalEntityId } from "@plumbline/domain/id";
import type { Currency } from "@plumbline/domain/money/currency";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** An entry that waits for a person. */
export type WaitingEntry = {
  readonly id: Id<"bank-entry">;
  readonly legalEntityId: LegalEntityId;
  readonly currency: Currency;
  /** Positive when money came in. */
  readonly minor: bigint;
  readonly bookedOn: LocalDate;
  readonly text: string;
  readonly endToEndId?: string;
  readonly entryReference: string;
  readonly returnReason?: string;
};

/**
 * Locks an entry that a person decides about.
 *
 * @throws Problem `bank-entry-not-found` | `bank-entry-decided`
 */
export async function lockBankEntry({ tx }: Scope, bankEntryId: Id<"bank-entry">): Promise<WaitingEntry> {
  const [row] = await query<{
    legal_entity_id: LegalEntityId;
    currency: Currency;
    amount_minor: string;
    booked_on: LocalDate;
    remittance: string;
    end_to_end_id: string | null;
    entry_reference: string;
    return_reason: string | null;
    state: BankEntryState;
    because: string;
  }>(
    tx,
    `select s.legal_entity_id, s.currency, b.* from bank_entries b
       join bank_statements s on s.tenant_id = b.tenant_id and s.id = b.bank_statement_id
      where b.id = ? for update of b`,
    [bankEntryId],
  );
  if (row === undefined) throw new Problem("bank-entry-not-found");
  if (row.state !== "open" && row.state !== "held") throw new Problem("bank-entry-decided", { detail: row.because });
  return {
    id: bankEntryId,
    legalEntityId: row.legal_entity_id,
    currency: row.currency,
    minor: BigInt(row.amount_minor),
    bookedOn: row.booked_on,
    text: row.remittance,
    entryReference: row.entry_reference,
    ...(row.end_to_end_id !== null && { endToEndId: row.end_to_end_id }),
    ...(row.return_reason !== null && { returnReason: row.return_reason }),
  };
}

/** Says what became of a locked entry, in the name of whoever decides. */
export async function decideEntry(
  { tx }: Scope,
  entry: WaitingEntry,
  decided: { readonly state: BankEntryState; readonly because: string; readonly paymentId?: Id<"payment"> },
): Promise<void> {
  await query(
    tx,
    "update bank_entries set state = ?, because = ?, payment_id = ?, decided_by = app.actor(), decided_at = now() where id = ?",
    [decided.state, decided.because, decided.paymentId ?? null, entry.id],
  );
}
