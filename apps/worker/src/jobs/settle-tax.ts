import { events } from "@plumbline/contract/events";
import type { ClientId } from "@plumbline/domain/id";
import { settleTax as settleTaxOperation } from "@plumbline/operations/invoices/settle-tax";
import { job } from "../job.ts";

/** A VAT register answered: what waited for it goes on, with the tax it bears. Run again, it finds nothing to do. */
export const settleTax = job({
  name: "settle-tax",
  lane: "billing",
  actor: "billing-runner",
  event: events["client.vat_id_checked"],
  attempts: 12,
  async run(_, { inScope, subjectId }) {
    const payerId = subjectId as ClientId; // The event's subject is a client: its name says so.
    const reason = "A VAT register answered about the client's id.";
    await inScope((scope) => settleTaxOperation(scope, { payerId, reason }));
  },
});
