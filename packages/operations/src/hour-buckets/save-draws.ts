import type { InvoiceId } from "@plumbline/domain/id";
import type { Drawn } from "@plumbline/domain/rating/hour-bucket";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { Columns } from "../drafts/content-columns.ts";

/** A draw, and the draft that shows it; without one nothing could give it back, and it is final at once. */
export type SavedDraw = {
  readonly draw: Drawn;
  readonly shownBy: { readonly invoiceId: InvoiceId; readonly contentVersion: number } | undefined;
};

/** What a draw is stored as, beside its claim: saving writes these columns, and recomputing compares them. */
export const drawColumns: Columns<{ readonly draw: Drawn }> = {
  bucket_id: ["uuid", ({ draw }) => draw.bucket.id],
  minutes: ["int", ({ draw }) => draw.minutes],
  carried: ["boolean", ({ draw }) => draw.carried],
};

/** Writes what hour buckets cover: the claims on the time, and what they draw. The database counts it into the buckets. */
export async function saveDraws(scope: Scope, runId: string, draws: readonly SavedDraw[]): Promise<void> {
  const rows = draws.map((row) => ({ ...row, claimId: scope.newId() }));
  await insertRows(
    scope.tx,
    "claims",
    rows,
    {
      id: ["uuid", ({ claimId }) => claimId],
      work_item_id: ["uuid", ({ draw }) => draw.work.id],
      work_item_version: ["int", ({ draw }) => draw.work.version],
      share: ["int", ({ draw }) => draw.work.share],
      partial: ["boolean", ({ draw }) => draw.divided || draw.work.share > 0],
      minutes: ["int", ({ draw }) => draw.work.minutes],
      reason: ["text", ({ draw }) => draw.reason],
    },
    { constants: { outcome: "'covered'", billing_run_id: ["?::uuid", runId] } },
  );
  await insertRows(scope.tx, "bucket_draws", rows, {
    claim_id: ["uuid", ({ claimId }) => claimId],
    ...drawColumns,
    invoice_id: ["uuid", ({ shownBy }) => shownBy?.invoiceId],
    content_version: ["int", ({ shownBy }) => shownBy?.contentVersion],
    state: ["text", ({ shownBy }) => (shownBy === undefined ? "consumed" : "reserved")],
  });
}
