import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import type { InvoiceId } from "@plumbline/domain/id";
import { contentText } from "@plumbline/domain/invoice/content";
import { saveDraws } from "../hour-buckets/save-draws.ts";
import { saveFindings } from "../exceptions/save-findings.ts";
import type { Draft } from "./assemble-drafts.ts";
import {
  claimColumns,
  headerColumns,
  lineColumns,
  linesOf,
  taxColumns,
  taxesOf,
  useColumns,
} from "./content-columns.ts";
import type { ClientDrafts, ShownDraws } from "./draft-client.ts";
import { saveAdjustments } from "./save-adjustments.ts";
import { saveConversions } from "../fx/stored-conversions.ts";
import { storedFacts, storedRulings } from "../policies/stored-decision.ts";
import { usesOf } from "./fit-drafts.ts";
import type { LoadedBook } from "./load-run-book.ts";
import type { RunBook } from "./run-book.ts";
import { saveDecisions } from "./save-decisions.ts";
import { saveInputs } from "./save-inputs.ts";

type Replaced = { readonly creditNoteId: InvoiceId; readonly askedBy: string };

/**
 * Writes the drafts of a batch of clients: a fixed number of statements whatever the size, in the caller's transaction.
 * Claims are inserted; the work itself is never touched.
 *
 * @param replaces the credit note whose work they bill anew, and who asked for it
 */
export async function saveDrafts(
  scope: Scope,
  book: LoadedBook,
  input: { readonly runId: string; readonly batch: readonly ClientDrafts[]; readonly replaces?: Replaced },
): Promise<void> {
  const { runId, batch, replaces } = input;
  const drafts = batch.flatMap((client) => client.drafts);
  const hashes = new Map(drafts.map((draft) => [draft.id, contentHashOf(book, draft)]));
  await saveHeaders(scope, book, { runId, drafts, hashes, replaces });
  await saveContent(scope, book, { runId, drafts, contentVersion: 1 });
  await saveInputs(
    scope,
    book,
    batch.flatMap(({ charged, drafts: of }) =>
      charged === undefined ? [] : { charged, drafts: of, contentVersion: 1 },
    ),
  );
  await saveOutcomes(scope, runId, batch);
  await saveDraws(
    scope,
    runId,
    batch.flatMap((client) => client.draws.map((draw) => ({ draw, shownBy: undefined }))),
  );
  await saveDecisions(
    scope,
    drafts.map(({ id, facts, rulings }) => ({
      invoiceId: id,
      contentVersion: 1,
      bundleHash: book.bundle.hash,
      facts: storedFacts(facts),
      rulings: storedRulings(rulings),
    })),
  );
  await saveFindings(
    scope,
    runId,
    batch.flatMap((client) => client.findings),
  );
  await scope.emit(
    drafts.map((draft) => ({
      name: "invoice.drafted",
      subjectId: draft.id,
      data: { contentHash: hashes.get(draft.id) },
    })),
  );
  await scope.audit(
    drafts.map((draft) => ({
      action: "invoice.drafted",
      subjectId: draft.id,
      afterHash: hashes.get(draft.id),
      bundleHash: book.bundle.hash,
    })),
  );
}

export function contentHashOf(book: Pick<RunBook, "period">, draft: Draft): string {
  const { entityId, clientId, payerId, currency, order, taxRounding } = draft.engagement;
  // What the rules decide follows from the rest; what a person confirmed is approved with it.
  const exemption = draft.decisions.find(({ category }) => category === "E")?.exemption;
  return sha256(
    contentText({
      entityId,
      clientId,
      payerId,
      currency,
      period: book.period,
      orderId: order?.id,
      paymentTermsDays: draft.paymentTermsDays,
      lines: draft.lines,
      taxes: draft.taxes,
      ...(exemption !== undefined && { exemption }),
      adjustments: draft.adjustments,
      ...(taxRounding && { taxRounding }),
      ...(draft.conversion && { conversion: draft.conversion }),
      ...(draft.kind === "deposit" && { kind: draft.kind }),
      ...(draft.withholding && { withholding: draft.withholding }),
      ...(draft.taxPoint && { taxPoint: draft.taxPoint }),
      ...(draft.earlyPayment && { earlyPayment: draft.earlyPayment }),
    }),
  );
}

async function saveHeaders(
  scope: Scope,
  book: RunBook,
  input: {
    readonly runId: string;
    readonly drafts: readonly Draft[];
    readonly hashes: ReadonlyMap<string, string>;
    readonly replaces: Replaced | undefined;
  },
): Promise<void> {
  await insertRows(
    scope.tx,
    "invoices",
    input.drafts,
    {
      id: ["uuid", (draft) => draft.id],
      billing_run_id: ["uuid", () => input.runId],
      period_start: ["date", () => book.period.start],
      period_end: ["date", () => book.period.end],
      content_hash: ["text", (draft) => input.hashes.get(draft.id)],
      bundle_hash: ["text", () => book.bundle.hash],
      replaces: ["uuid", () => input.replaces?.creditNoteId],
      ...headerColumns,
    },
    { constants: { prepared_by: ["coalesce(?::uuid, (select app.actor()))", input.replaces?.askedBy ?? null] } },
  );
}

/** All of one content version, lines in one statement: the database adds them up then. */
export async function saveContent(
  scope: Scope,
  book: RunBook,
  input: { readonly runId: string; readonly drafts: readonly (Draft & ShownDraws)[]; readonly contentVersion: number },
): Promise<void> {
  const { drafts, contentVersion, runId } = input;
  await saveLines(scope, drafts, contentVersion);
  await insertRows(
    scope.tx,
    "claims",
    drafts.flatMap(({ lines }) => lines).flatMap(({ id, claims }) => claims.map((claim) => ({ ...claim, lineId: id }))),
    {
      id: ["uuid", () => scope.newId()],
      line_id: ["uuid", (claim) => claim.lineId],
      ...claimColumns,
    },
    { constants: { billing_run_id: ["?::uuid", runId] } },
  );
  await insertRows(
    scope.tx,
    "limit_uses",
    drafts
      .flatMap((draft) => usesOf(book, draft).map((use) => ({ ...use, draft })))
      // In the order in which everybody locks them.
      .toSorted((left, right) => (left.limit.id < right.limit.id ? -1 : 1)),
    {
      id: ["uuid", () => scope.newId()],
      invoice_id: ["uuid", ({ draft }) => draft.id],
      ...useColumns,
    },
    { constants: { content_version: String(contentVersion) } },
  );
  await saveDraws(
    scope,
    runId,
    drafts.flatMap(({ id, draws }) => draws.map((draw) => ({ draw, shownBy: { invoiceId: id, contentVersion } }))),
  );
}

/** What an invoice says: its lines, what adjusts them, and its taxes. */
export async function saveLines(scope: Scope, drafts: readonly Draft[], contentVersion: number): Promise<void> {
  await insertRows(
    scope.tx,
    "invoice_lines",
    drafts.flatMap(linesOf),
    {
      id: ["uuid", (line) => line.id],
      invoice_id: ["uuid", (line) => line.draft.id],
      ...lineColumns,
    },
    { constants: { content_version: String(contentVersion) } },
  );
  await saveAdjustments(scope, drafts, contentVersion);
  await saveConversions(
    scope,
    drafts.flatMap(({ id, conversion }) => (conversion ? [{ invoiceId: id, contentVersion, ...conversion }] : [])),
  );
  await insertRows(
    scope.tx,
    "tax_determinations",
    drafts.flatMap(taxesOf),
    {
      id: ["uuid", () => scope.newId()],
      invoice_id: ["uuid", (tax) => tax.draft.id],
      ...taxColumns,
    },
    { constants: { content_version: String(contentVersion) } },
  );
}

async function saveOutcomes(scope: Scope, runId: string, batch: readonly ClientDrafts[]): Promise<void> {
  await insertRows(
    scope.tx,
    "claims",
    batch.flatMap((client) => client.outcomes),
    {
      id: ["uuid", () => scope.newId()],
      work_item_id: ["uuid", ({ entry }) => entry.id],
      work_item_version: ["int", ({ entry }) => entry.version],
      share: ["int", ({ entry }) => entry.share],
      partial: ["boolean", ({ entry, taken }) => entry.share > 0 || taken !== undefined],
      minutes: ["int", ({ entry, taken }) => (taken ?? entry).minutes],
      part: ["int", ({ taken }) => taken?.position ?? 0],
      split_id: ["uuid", ({ taken }) => taken?.splitId],
      whole_minutes: ["int", ({ taken }) => taken?.wholeMinutes],
      outcome: ["text", ({ outcome }) => outcome],
      reason: ["text", ({ reason }) => reason],
      absorbed_by: ["uuid", ({ absorbedBy }) => absorbedBy],
      billing_run_id: ["uuid", () => runId],
    },
  );
}
