import type { Permission } from "@plumbline/domain/access/permissions";
import type { InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { closeInvoiceExceptions } from "../exceptions/close-settled-exceptions.ts";
import { releaseDraws } from "../hour-buckets/settle-draws.ts";
import { releaseUses } from "../limits/settle-uses.ts";
import { saveStages } from "./invoice-store.ts";
import { type IfVersion, moveInvoices, type MoveResult } from "./move-invoices.ts";
import { releaseClaims } from "./release-claims.ts";

/**
 * Gives invoices up before issue. Their work is unbilled again, their exceptions are closed, and no number was used.
 * Refuses per invoice with `invoice-not-found` | `precondition-failed` | `invoice-move-refused`.
 *
 * @throws Problem `permission-missing` | `reason-missing`
 */
export async function discardInvoices(
  scope: Scope,
  input: IfVersion & {
    readonly invoiceIds: readonly InvoiceId[];
    readonly reason: string;
    /** Who may; whoever may discard when absent. */
    readonly needs?: Permission;
  },
): Promise<MoveResult> {
  const reason = input.reason.trim();
  if (reason === "") throw new Problem("reason-missing", { detail: "Say why the invoice is given up." });
  return moveInvoices(scope, "discard", {
    ...input,
    reason,
    carry: async (invoices) => {
      const ids = invoices.map(({ id }) => id);
      await releaseClaims(scope.tx, ids);
      await releaseUses(scope.tx, ids);
      await releaseDraws(scope.tx, ids);
      await closeInvoiceExceptions(scope.tx, ids);
      await saveStages(scope.tx, invoices, moves.discard.to);
    },
    eventData: (invoice) => ({ contentHash: invoice.contentHash, reason }),
  });
}
