import type { BulkResult } from "@plumbline/contract/invoice-move";
import type { InvoiceId } from "@plumbline/domain/id";
import type { InvoiceStage } from "@plumbline/domain/invoice/lifecycle";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { MoveResult } from "./move-invoices.ts";

/**
 * What became of each invoice of a request for many, in the order it was asked for: where those are that moved, and why
 * the others did not.
 *
 * @throws Problem `permission-missing`
 */
export async function listOutcomes(
  scope: Scope,
  input: { readonly invoiceIds: readonly InvoiceId[]; readonly result: MoveResult },
): Promise<BulkResult["items"]> {
  demand(scope, "invoice.read");
  const { moved, refused } = input.result;
  const rows = await query<{ id: InvoiceId; stage: InvoiceStage; number: string | null }>(
    scope.tx,
    "select id, stage, number_text as number from invoices where id = any(?)",
    [moved.map(({ id }) => id)],
  );
  const outcomes = new Map<string, BulkResult["items"][0]>();
  for (const { id, stage, number } of rows) {
    outcomes.set(id, { invoiceId: id, status: 200, stage, ...(number !== null && { number }) });
  }
  for (const { invoiceId, problem } of refused) {
    const document = problem.toDocument();
    outcomes.set(invoiceId, { invoiceId, status: document.status, problem: document });
  }
  return input.invoiceIds.flatMap((id) => outcomes.get(id) ?? []);
}
