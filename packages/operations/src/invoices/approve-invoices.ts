import type { InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows, query } from "@plumbline/platform/sql";
import { type Invoice, invoicesWithChangedWork, saveStages } from "./invoice-store.ts";
import { moveInvoices, type MoveResult, type Refusal } from "./move-invoices.ts";

/** An invoice and the content the person looked at. */
export type Approval = { readonly invoiceId: InvoiceId; readonly contentHash: string };

/**
 * Approves validated invoices as their project's manager. Each approval is bound to the content the manager saw.
 * Refuses per invoice with `invoice-not-found` | `invoice-move-refused` | `duties-not-separate` | `content-changed` |
 * `work-changed` | `exceptions-open`.
 *
 * @throws Problem `permission-missing`
 */
export const approveAsManager = (
  scope: Scope,
  input: { readonly approvals: readonly Approval[] },
): Promise<MoveResult> => approve(scope, { ...input, step: "manager", move: "approve_manager" });

/**
 * Approves invoices for finance, after their manager and as somebody else. Refuses per invoice as `approveAsManager`.
 *
 * @throws Problem `permission-missing`
 */
export const approveAsFinance = (
  scope: Scope,
  input: { readonly approvals: readonly Approval[] },
): Promise<MoveResult> => approve(scope, { ...input, step: "finance", move: "approve_finance" });

async function approve(
  scope: Scope,
  input: {
    readonly approvals: readonly Approval[];
    readonly step: "manager" | "finance";
    readonly move: "approve_manager" | "approve_finance";
  },
): Promise<MoveResult> {
  const { approvals, step, move } = input;
  const seen = new Map(approvals.map(({ invoiceId, contentHash }) => [invoiceId, contentHash]));
  return moveInvoices(scope, move, {
    invoiceIds: [...seen.keys()],
    prepare: (invoices) => approvalChecks(scope, invoices, seen),
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

async function approvalChecks(
  scope: Scope,
  invoices: readonly Invoice[],
  seen: ReadonlyMap<InvoiceId, string>,
): Promise<Refusal> {
  const ids = invoices.map(({ id }) => id);
  const changed = await invoicesWithChangedWork(scope.tx, ids);
  const blocked = await query<{ id: InvoiceId; codes: string[] }>(
    scope.tx,
    `select invoice_id as id, array_agg(code order by code) as codes from exceptions
      where invoice_id = any(?) and state = 'open' and severity = 'block' group by invoice_id`,
    [ids],
  );
  const approvedBefore = await query<{ id: InvoiceId }>(
    scope.tx,
    `select a.invoice_id as id from approvals a join invoices i on i.id = a.invoice_id and i.approval_round = a.approval_round
      where a.invoice_id = any(?) and a.actor_id = (select app.actor())`,
    [ids],
  );
  const blockers = new Map(blocked.map(({ id, codes }) => [id, codes]));
  const mine = new Set(approvedBefore.map(({ id }) => id));
  return (invoice) => {
    if ([invoice.preparedBy, invoice.submittedBy].includes(scope.actor.id) || mine.has(invoice.id)) {
      return new Problem("duties-not-separate", {
        detail: "Who prepared, submitted or already approved an invoice cannot approve it; somebody else must.",
      });
    }
    if (invoice.contentHash !== seen.get(invoice.id)) return new Problem("content-changed");
    if (changed.has(invoice.id)) return new Problem("work-changed", { detail: "Revise the invoice, then approve it." });
    const codes = blockers.get(invoice.id);
    return codes && new Problem("exceptions-open", { detail: `Still open: ${codes.join(", ")}.`, extra: { codes } });
  };
}
