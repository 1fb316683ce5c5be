import type { Id } from "@plumbline/domain/id";
import { demand, type Scope } from "@plumbline/platform/scope";
import { decideEntry, lockBankEntry } from "./lock-bank-entry.ts";

/**
 * A person says that an entry is none of the clients' money, and why: nothing is booked.
 *
 * @throws Problem `permission-missing` | `bank-entry-not-found` | `bank-entry-decided`
 */
export async function setAsideBankEntry(
  scope: Scope,
  { bankEntryId, reason }: { readonly bankEntryId: Id<"bank-entry">; readonly reason: string },
): Promise<void> {
  demand(scope, "payment.record");
  const entry = await lockBankEntry(scope, bankEntryId);
  await decideEntry(scope, entry, { state: "aside", because: reason });
  await scope.emit([{ name: "bank_entry.set_aside", subjectId: bankEntryId, data: { reason } }]);
  await scope.audit([{ action: "bank_entry.set_aside", subjectId: bankEntryId, reason }]);
}
