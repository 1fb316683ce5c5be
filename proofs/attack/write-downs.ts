import type { InvoiceId } from "@plumbline/domain/id";
import { writeDownLine } from "@plumbline/operations/write-downs/write-down-line";
import type { Firm } from "@plumbline/testing/firm";

/** A decision that stands on an invoice that waits for approval. */
export async function lowerOne(firm: Firm, invoiceId: InvoiceId): Promise<void> {
  const lead = await firm.as("lead");
  const take = { basisPoints: 500 };
  await lead((scope) => writeDownLine(scope, { invoiceId, line: 1, take, reason: "Learning curve" }));
}
