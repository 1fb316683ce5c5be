import type { DepositAsk } from "@plumbline/domain/deposit/ask-deposit";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { Draft } from "../drafts/assemble-drafts.ts";
import { headerColumns } from "../drafts/content-columns.ts";
import { depositInputsText } from "../drafts/drafting-inputs.ts";
import type { LoadedBook } from "../drafts/load-run-book.ts";
import { contentHashOf, saveLines } from "../drafts/save-drafts.ts";
import { saveInputTexts } from "../drafts/save-inputs.ts";

/** Saves deposits with what they were made from. */
export async function saveDeposits(
  scope: Scope,
  book: LoadedBook,
  deposits: readonly { readonly draft: Draft; readonly ask: DepositAsk }[],
): Promise<void> {
  const rows = deposits.map(({ draft, ask }) => ({ draft, ask, contentHash: contentHashOf(book, draft) }));
  const hashes = new Map(rows.map(({ draft, contentHash }) => [draft, contentHash]));
  const drafts = rows.map(({ draft }) => draft);
  await insertRows(
    scope.tx,
    "invoices",
    drafts,
    {
      id: ["uuid", ({ id }) => id],
      period_start: ["date", () => book.period.start],
      period_end: ["date", () => book.period.end],
      content_hash: ["text", (draft) => hashes.get(draft)],
      bundle_hash: ["text", () => book.bundle.hash],
      ...headerColumns,
    },
    { constants: { prepared_by: "(select app.actor())" } },
  );
  await saveLines(scope, drafts, 1);
  await saveInputTexts(
    scope,
    rows.map(({ draft, ask }) => {
      const inputs = depositInputsText(book, { engagementId: draft.engagement.id, ask });
      return { drafts: [draft], contentVersion: 1, inputs };
    }),
  );
  await scope.emit(
    rows.map(({ draft: { id }, contentHash }) => ({ name: "invoice.drafted", subjectId: id, data: { contentHash } })),
  );
  await scope.audit(
    rows.map(({ draft: { id }, contentHash }) => ({
      action: "invoice.drafted",
      subjectId: id,
      afterHash: contentHash,
      bundleHash: book.bundle.hash,
    })),
  );
}
