import type { InvoiceId, WorkItemId } from "@plumbline/domain/id";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { saveInputTexts } from "../drafts/save-inputs.ts";
import { saveConversions } from "../fx/stored-conversions.ts";
import {
  creditHashOf,
  creditHeaderColumns,
  creditLineColumns,
  creditLinesOf,
  creditTaxColumns,
  creditTaxesOf,
  type CreditNote,
} from "./credit-content.ts";
import { creditInputsText } from "./credit-inputs.ts";

/** Work that a credit note takes back of a line, named where it is not simply the latest. */
export type CreditedWork = {
  readonly position: number;
  readonly workItemId: WorkItemId;
  readonly billedMinutes: number;
};

/** Writes a credit note as a draft: header, lines with what they take back, taxes, and what it was made from. It claims no work. */
export async function saveCreditNote(
  scope: Scope,
  note: CreditNote,
  works: readonly CreditedWork[] = [],
): Promise<InvoiceId> {
  const id = scope.newId<"invoice">();
  const contentHash = creditHashOf(note);
  const { invoice, code, reason, conversion } = note;
  await insertRows(
    scope.tx,
    "invoices",
    [note],
    {
      id: ["uuid", () => id],
      corrects: ["uuid", () => invoice.id],
      correction_code: ["text", () => code],
      correction_reason: ["text", () => reason],
      rebills: ["boolean", () => note.rebills],
      billing_run_id: ["uuid", () => invoice.billingRunId],
      period_start: ["date", () => invoice.period.start],
      period_end: ["date", () => invoice.period.end],
      content_hash: ["text", () => contentHash],
      bundle_hash: ["text", () => invoice.bundleHash],
      ...creditHeaderColumns,
    },
    { constants: { prepared_by: "(select app.actor())" } },
  );
  await saveLines(scope, note, { invoiceId: id, works });
  await saveConversions(scope, conversion ? [{ ...conversion, invoiceId: id, contentVersion: 1 }] : []);
  await insertRows(scope.tx, "tax_determinations", creditTaxesOf(note), {
    id: ["uuid", () => scope.newId()],
    invoice_id: ["uuid", () => id],
    content_version: ["int", () => 1],
    ...creditTaxColumns,
  });
  await saveInputTexts(scope, [{ drafts: [{ id }], contentVersion: 1, inputs: creditInputsText(note) }]);
  await scope.emit([
    { name: "invoice.drafted", subjectId: id, data: { contentHash, reason } },
    { name: "invoice.credit_drafted", subjectId: invoice.id, data: { creditNoteId: id, code, reason } },
  ]);
  await scope.audit([
    { action: "invoice.drafted", subjectId: id, afterHash: contentHash, reason },
    { action: "invoice.credit_drafted", subjectId: invoice.id, reason },
  ]);
  return id;
}

async function saveLines(
  scope: Scope,
  note: CreditNote,
  { invoiceId, works }: { readonly invoiceId: InvoiceId; readonly works: readonly CreditedWork[] },
): Promise<void> {
  const lines = creditLinesOf(note).map((line) => ({ ...line, id: scope.newId<"invoice-line">() }));
  await insertRows(scope.tx, "invoice_lines", lines, {
    id: ["uuid", (line) => line.id],
    invoice_id: ["uuid", () => invoiceId],
    content_version: ["int", () => 1],
    ...creditLineColumns,
  });
  await insertRows(scope.tx, "credit_lines", lines, {
    line_id: ["uuid", (line) => line.id],
    corrected_line_id: ["uuid", ({ corrects }) => corrects.id],
    treatment: ["text", ({ treatment }) => treatment],
    quantity: ["numeric", ({ quantityBack }) => quantityBack],
    cost_minor: ["bigint", ({ costMinor }) => costMinor],
  });
  const lineOf = new Map(lines.map(({ id, corrects }) => [corrects.position, id]));
  await insertRows(scope.tx, "credit_work", works, {
    line_id: ["uuid", ({ position }) => lineOf.get(position)],
    work_item_id: ["uuid", ({ workItemId }) => workItemId],
    billed_minutes: ["int", ({ billedMinutes }) => billedMinutes],
  });
}
