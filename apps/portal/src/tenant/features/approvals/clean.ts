import { nextMove } from "@plumbline/domain/invoice/lifecycle";
import type { InvoiceSummary } from "../../invoices/invoice-queries.ts";
import type { BulkMove } from "../../invoices/move-invoices.ts";

/** The move that can be made for many at once, where the next one is of that kind. */
export function bulkMoveOf({ stage }: Pick<InvoiceSummary, "stage">): BulkMove | undefined {
  const move = nextMove(stage);
  return move === "submit" || move === "approve_manager" || move === "approve_finance" || move === "issue"
    ? move
    : undefined;
}

/** Nothing stops it and nothing is odd about it: only such invoices are decided on without being looked at one by one. */
export const isClean = ({ blocking, warnings }: Pick<InvoiceSummary, "blocking" | "warnings">): boolean =>
  blocking.length === 0 && warnings.length === 0;
