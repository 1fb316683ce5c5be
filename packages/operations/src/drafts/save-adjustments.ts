import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { Draft } from "./assemble-drafts.ts";
import { adjustmentColumns, adjustmentsOf } from "./content-columns.ts";

/** Discounts and surcharges of lines and of invoices. They come after the lines, and before the taxes that count them. */
export async function saveAdjustments(scope: Scope, drafts: readonly Draft[], contentVersion: number): Promise<void> {
  await insertRows(
    scope.tx,
    "invoice_adjustments",
    drafts.flatMap(adjustmentsOf),
    {
      id: ["uuid", () => scope.newId()],
      invoice_id: ["uuid", ({ invoiceId }) => invoiceId],
      line_id: ["uuid", ({ lineId }) => lineId],
      ...adjustmentColumns,
    },
    { constants: { content_version: String(contentVersion) } },
  );
}
