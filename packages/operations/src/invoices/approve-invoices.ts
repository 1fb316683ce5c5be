import type { InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { saveStages } from "./invoice-store.ts";
import { loadMoveFacts, type MoveFacts, refuseApproval } from "./move-checks.ts";
import { type IfVersion, moveInvoices, type MoveResult } from "./move-invoices.ts";

/** An invoice and the content the person looked at. */
export type Approval = { readonly invoiceId: InvoiceId; readonly contentHash: string };

/**
 * Approves validated invoices as their project's manager. Each approval is bound to the content the manager saw.
 * Refuses per invoice with `invoice-not-found` | `precondition-failed` | `invoice-move-refused` | `duties-not-separate` |
 * `content-changed` | `work-changed` | `exceptions-open`.
 *
 * @throws Problem `permission-missing`
 */
export const approveAsManager = (
  scope: Scope,
  input: IfVersion & { readonly approvals: readonly Approval[] },
): Promise<MoveResult> => approve(scope, { ...input, step: "manager", move: "approve_manager" });

/**
 * Approves invoices for finance, after their manager and as somebody else. Refuses per invoice as `approveAsManager`.
 *
 * @throws Problem `permission-missing`
 */
export const approveAsFinance = (
  scope: Scope,
  input: IfVersion & { readonly approvals: readonly Approval[] },
): Promise<MoveResult> => approve(scope, { ...input, step: "finance", move: "approve_finance" });

async function approve(
  scope: Scope,
  input: IfVersion & {
    readonly approvals: readonly Approval[];
    readonly step: "manager" | "finance";
    readonly move: "approve_manager" | "approve_finance";
  },
): Promise<MoveResult> {
  const { approvals, step, move, ifVersion } = input;
  const seen = new Map(approvals.map(({ invoiceId, contentHash }) => [invoiceId, contentHash]));
  return moveInvoices(scope, move, {
    invoiceIds: [...seen.keys()],
    ifVersion,
    prepare: async (invoices) => {
      const facts = await loadMoveFacts(
        scope.tx,
        invoices.map(({ id }) => id),
      );
      return ({ id, contentHash }) =>
        refuseApproval(facts.get(id) as MoveFacts, {
          move,
          actorId: scope.actor.id,
          contentHash,
          seenHash: seen.get(id) as string,
        });
    },
    carry: async (invoices) => {
      await insertRows(
        scope.tx,
        "approvals",
        invoices,
        {
          id: ["uuid", () => scope.newId()],
          invoice_id: ["uuid", (invoice) => invoice.id],
          approval_round: ["int", (invoice) => invoice.approvalRound],
          content_hash: ["text", (invoice) => invoice.contentHash],
          step: ["text", () => step],
        },
        { constants: { actor_id: "(select app.actor())" } },
      );
      await saveStages(scope.tx, invoices, moves[move].to);
    },
  });
}
