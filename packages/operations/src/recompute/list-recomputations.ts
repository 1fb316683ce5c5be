import type { Page } from "@plumbline/contract/page";
import type { RecomputationWire } from "@plumbline/contract/recomputation";
import type { InvoiceId } from "@plumbline/domain/id";
import { keysetPage } from "@plumbline/platform/keyset-page";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { toRecomputationWire } from "./find-recomputation.ts";
import { type Recomputation, recomputeInvoices } from "./recompute-invoices.ts";

/**
 * All invoices a page at a time, in the order in which they were drafted: those that were drafted together are made anew
 * together.
 *
 * @throws Problem `permission-missing` | `request-invalid` when the cursor is not of this list
 */
export async function listRecomputations(
  scope: Scope,
  input: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<RecomputationWire>> {
  demand(scope, "invoice.read");
  const page = keysetPage(input, { sort: { "i.id": "uuid" }, direction: "asc" });
  const rows = await query<{ id: InvoiceId; page_keys: string[] }>(
    scope.tx,
    `select i.id, ${page.keys} from invoices i where i.kind <> 'opening' and ${page.after} ${page.tail}`,
    page.values,
  );
  const invoiceIds = rows.slice(0, input.limit).map(({ id }) => id);
  const recomputed = new Map((await recomputeInvoices(scope, { invoiceIds })).map((each) => [each.invoiceId, each]));
  return page.of(rows, ({ id }) => toRecomputationWire(recomputed.get(id) as Recomputation));
}
