import type { InvoiceId } from "@plumbline/domain/id";
import { money } from "@plumbline/domain/money/money";
import { openDispute } from "@plumbline/operations/disputes/open-dispute";
import { query } from "@plumbline/platform/sql";
import type { Firm } from "@plumbline/testing/firm";

/** Disputes that nobody decided: enough that each place of each route has one of its own. */
const undecided = 12;

/** One cent each, of the invoice as a whole. */
export async function disputeSome(firm: Firm): Promise<void> {
  const collector = await firm.as("collector");
  await collector(async (scope) => {
    const [invoice] = await query<{ id: InvoiceId }>(
      scope.tx,
      "select id from invoices where issued_on is not null and kind = 'invoice' and total_minor > 100 order by id desc limit 1",
    );
    if (invoice === undefined) throw new Error("nothing was issued");
    for (let index = 0; index < undecided; index += 1) {
      const about = { code: "other", reason: `Objection ${index}`, amount: money(1n, "EUR") } as const;
      await openDispute(scope, { ...about, invoiceId: invoice.id });
    }
  });
}
