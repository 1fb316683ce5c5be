import type { InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { saveStages } from "./invoice-store.ts";
import { type IfVersion, moveInvoices, type MoveResult } from "./move-invoices.ts";

/**
 * Sends invoices back to their preparer with a reason. Approvals they had are void.
 * Refuses per invoice with `invoice-not-found` | `precondition-failed` | `invoice-move-refused`.
 *
 * @throws Problem `permission-missing` | `reason-missing`
 */
export async function sendBackInvoices(
  scope: Scope,
  input: IfVersion & { readonly invoiceIds: readonly InvoiceId[]; readonly reason: string },
): Promise<MoveResult> {
  const reason = input.reason.trim();
  if (reason === "") throw new Problem("reason-missing", { detail: "Say what has to change." });
  return moveInvoices(scope, "send_back", {
    ...input,
    reason,
    carry: (invoices) => saveStages(scope.tx, invoices, moves.send_back.to, { newRound: true }),
    eventData: (invoice) => ({ contentHash: invoice.contentHash, reason }),
  });
}
