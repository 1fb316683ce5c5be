import type { InvoiceId } from "@plumbline/domain/id";
import { recomputeBatchMax, recomputeInvoices } from "@plumbline/operations/recompute/recompute-invoices";
import type { InScope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";

/** What recomputing all invoices of a firm finds, in words; nothing when each is made anew to the byte. */
export async function whatDiffers(inScope: InScope): Promise<string[]> {
  return inScope.reading(async (scope) => {
    const rows = await query<{ id: InvoiceId }>(scope.tx, "select id from invoices order by id");
    const said: string[] = [];
    for (let at = 0; at < rows.length; at += recomputeBatchMax) {
      const invoiceIds = rows.slice(at, at + recomputeBatchMax).map(({ id }) => id);
      for (const { differences } of await recomputeInvoices(scope, { invoiceIds })) {
        for (const { where, member, stored, recomputed } of differences)
          said.push(`${where}: ${member} ${stored ?? "–"} → ${recomputed ?? "–"}`);
      }
    }
    return said;
  });
}

/** For what many tests end with. @throws Error naming what an invoice says otherwise than its inputs make it */
export async function mustRecompute(inScope: InScope): Promise<void> {
  const said = await whatDiffers(inScope);
  if (said.length > 0) throw new Error(`made anew, invoices differ:\n${said.join("\n")}`);
}
