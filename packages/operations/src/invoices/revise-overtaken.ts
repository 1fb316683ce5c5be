import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import { demand, type InScope, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { tellWithdrawn } from "../exceptions/tell-withdrawn.ts";
import { discardInvoices } from "./discard-invoices.ts";
import { listOvertaken, type Overtaken } from "./list-overtaken.ts";
import { redraftInvoice } from "./revise-invoices.ts";

/** What became of invoices that time overtook. */
export type Revisions = {
  readonly revised: readonly InvoiceId[];
  /** Nothing is left of them: their work is unbilled, or no work any more. */
  readonly discarded: readonly InvoiceId[];
  readonly refused: readonly { readonly invoiceId: InvoiceId; readonly problem: Problem }[];
};

/**
 * Drafts every invoice anew, before issue, that time has overtaken: late time joins it, edited time counts as it is now, and time
 * whose approval was withdrawn leaves it. Approvals are void; a draft that nobody handed over stays one. Late time that belongs on
 * another invoice after all leaves everything as it was. Each is a transaction of its own, and one that is refused stops no other:
 * it cannot be approved as it is, so a person sees to it. What is issued of time that is approved no more is told.
 *
 * @throws Problem `permission-missing`
 */
export async function reviseOvertaken(
  inScope: InScope,
  input: { readonly signal?: AbortSignal } = {},
): Promise<Revisions> {
  demand(inScope, "invoice.revise");
  const revised: InvoiceId[] = [];
  const discarded: InvoiceId[] = [];
  const refused: { invoiceId: InvoiceId; problem: Problem }[] = [];
  for (const overtaken of await inScope(listOvertaken)) {
    input.signal?.throwIfAborted();
    try {
      const became = await inScope((scope) => revise(scope, overtaken));
      if (became !== "unchanged") (became === "revised" ? revised : discarded).push(overtaken.id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      refused.push({ invoiceId: overtaken.id, problem: error });
    }
  }
  await inScope(tellWithdrawn);
  return { revised, discarded, refused };
}

async function revise(scope: Scope, overtaken: Overtaken): Promise<"revised" | "discarded" | "unchanged"> {
  const { id: invoiceId } = overtaken;
  const reason = overtakenWords(overtaken);
  const [before] = await query<{ hash: string }>(
    scope.tx,
    "select content_hash as hash from invoices where id = ? for update",
    [invoiceId],
  );
  await query(scope.tx, "savepoint overtaken");
  try {
    const { contentHash } = await redraftInvoice(scope, { invoiceId, reason, keepsDraft: true });
    // Work that changed must be claimed as it is now, also when it comes to the same.
    if (contentHash !== before?.hash || overtaken.edited + overtaken.withdrawn > 0) return "revised";
    await query(scope.tx, "rollback to savepoint overtaken");
    return "unchanged";
  } catch (error) {
    if (!(error instanceof Problem) || error.extra?.["drafts"] !== 0) throw error;
    await query(scope.tx, "rollback to savepoint overtaken");
    const { refused } = await discardInvoices(scope, { invoiceIds: [invoiceId], reason, needs: "invoice.revise" });
    if (refused[0] !== undefined) throw refused[0].problem;
    return "discarded";
  }
}

/** Why an invoice is drafted anew: the audit and its timeline keep it. */
export function overtakenWords({ late, edited, withdrawn }: Pick<Overtaken, "late" | "edited" | "withdrawn">): string {
  const entries = (count: number) => `${count} ${count === 1 ? "entry" : "entries"}`;
  return [
    late.entries > 0 ? `Late time: ${entries(late.entries)}, ${late.minutes} min` : [],
    edited > 0 ? `Edited since: ${entries(edited)}` : [],
    withdrawn > 0 ? `Approval withdrawn: ${entries(withdrawn)}` : [],
  ]
    .flat()
    .join("; ");
}
