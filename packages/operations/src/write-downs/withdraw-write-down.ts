import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { IfVersion } from "../invoices/move-invoices.ts";
import { redraftInvoice } from "../invoices/revise-invoices.ts";

/**
 * Takes a decision to ask less back, before issue: the invoice is drafted anew without it, and its approvals are void.
 *
 * @throws Problem `permission-missing` | `reason-missing` | `write-down-not-found` | `precondition-failed` |
 *   `invoice-move-refused` | `revision-refused`
 */
export async function withdrawWriteDown(
  scope: Scope,
  input: IfVersion & { readonly writeDownId: string; readonly reason: string },
): Promise<{ readonly invoiceId: InvoiceId }> {
  demand(scope, "invoice.write_down");
  const { writeDownId } = input;
  const reason = input.reason.trim();
  if (reason === "") throw new Problem("reason-missing", { detail: "Say why it is asked for after all." });
  const [decision] = await query<{ invoiceId: InvoiceId }>(
    scope.tx,
    `select invoice_id as "invoiceId" from write_downs where id = ?`,
    [writeDownId],
  );
  if (decision === undefined) throw new Problem("write-down-not-found");
  const { invoiceId } = decision;
  await redraftInvoice(scope, {
    invoiceId,
    ifVersion: input.ifVersion,
    reason,
    needs: "invoice.write_down",
    decide: async () => {
      const withdrawn = await query(
        scope.tx,
        `update write_downs set withdrawn_at = now(), withdrawn_by = (select app.actor()), withdrawal_reason = ?
          where id = ? and withdrawn_at is null returning id`,
        [reason, writeDownId],
      );
      if (withdrawn.length === 0) throw new Problem("write-down-not-found");
    },
  });
  await scope.emit([{ name: "invoice.write_down_withdrawn", subjectId: invoiceId, data: { writeDownId, reason } }]);
  await scope.audit([{ action: "invoice.write_down_withdrawn", subjectId: invoiceId, reason }]);
  return { invoiceId };
}
