import type { RecomputationWire } from "@plumbline/contract/recomputation";
import type { InvoiceId } from "@plumbline/domain/id";
import { Problem } from "@plumbline/domain/problem";
import type { Scope } from "@plumbline/platform/scope";
import { type Recomputation, recomputeInvoices } from "./recompute-invoices.ts";

/**
 * One invoice, made anew and held against what is stored.
 *
 * @throws Problem `permission-missing` | `invoice-not-found`
 */
export async function findRecomputation(
  scope: Scope,
  input: { readonly invoiceId: InvoiceId },
): Promise<RecomputationWire> {
  const [found] = await recomputeInvoices(scope, { invoiceIds: [input.invoiceId] });
  if (found === undefined) throw new Problem("invoice-not-found");
  return toRecomputationWire(found);
}

export const toRecomputationWire = ({ number, differences, ...rest }: Recomputation): RecomputationWire => ({
  ...rest,
  ...(number !== undefined && { number }),
  matches: differences.length === 0,
  differences: [...differences],
});
