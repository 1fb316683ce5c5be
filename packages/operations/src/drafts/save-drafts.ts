import { sha256 } from "@plumbline/platform/hash";
import type { Scope } from "@plumbline/platform/scope";
import { insertRows } from "@plumbline/platform/sql";
import { contentText } from "@plumbline/domain/invoice/content";
import { saveDraws } from "../hour-buckets/save-draws.ts";
import { saveFindings } from "../exceptions/save-findings.ts";
import type { Draft } from "./assemble-drafts.ts";
import type { ClientDrafts, ShownDraws } from "./draft-client.ts";
import { usesOf } from "./fit-drafts.ts";
import { storedFacts, storedRulings } from "./judge-drafts.ts";
import type { RunBook } from "./run-book.ts";
import { saveDecisions } from "./save-decisions.ts";

/**
 * Writes the drafts of a batch of clients: a fixed number of statements whatever the size, in the caller's transaction.
 * Claims are inserted; the work itself is never touched.
 */
export async function saveDrafts(
  scope: Scope,
  book: RunBook,
  input: { readonly runId: string; readonly batch: readonly ClientDrafts[] },
): Promise<void> {
  const { runId, batch } = input;
  const drafts = batch.flatMap((client) => client.drafts);
  const hashes = new Map(drafts.map((draft) => [draft.id, contentHashOf(book, draft)]));
  await saveHeaders(scope, book, { runId, drafts, hashes });
  await saveContent(scope, book, { runId, drafts, contentVersion: 1 });
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
  const { entityId, clientId, payerId, currency, order } = draft.engagement;
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
    }),
  );
}

async function saveHeaders(
  scope: Scope,
  book: RunBook,
  input: { readonly runId: string; readonly drafts: readonly Draft[]; readonly hashes: ReadonlyMap<string, string> },
): Promise<void> {
  await insertRows(
    scope.tx,
    "invoices",
    input.drafts,
    {
      id: ["uuid", (draft) => draft.id],
      billing_run_id: ["uuid", () => input.runId],
      legal_entity_id: ["uuid", (draft) => draft.engagement.entityId],
      client_id: ["uuid", (draft) => draft.engagement.clientId],
      payer_id: ["uuid", (draft) => draft.engagement.payerId],
      delivery_profile_id: ["uuid", (draft) => draft.engagement.profileId],
      engagement_id: ["uuid", (draft) => draft.engagementId],
      project_id: ["uuid", (draft) => draft.projectId],
      purchase_order_id: ["uuid", (draft) => draft.engagement.order?.id],
      currency: ["text", (draft) => draft.engagement.currency],
      period_start: ["date", () => book.period.start],
      period_end: ["date", () => book.period.end],
      payment_terms_days: ["int", (draft) => draft.paymentTermsDays],
      content_hash: ["text", (draft) => input.hashes.get(draft.id)],
      minutes: ["bigint", (draft) => draft.minutes],
      net_minor: ["bigint", (draft) => draft.netMinor],
      tax_minor: ["bigint", (draft) => draft.taxMinor],
      total_minor: ["bigint", (draft) => draft.totalMinor],
      bundle_hash: ["text", () => book.bundle.hash],
    },
    { constants: { prepared_by: "(select app.actor())" } },
  );
}

/** Lines, taxes, claims, reservations and draws of one content version. All lines in one statement: the database adds them up then. */
export async function saveContent(
  scope: Scope,
  book: RunBook,
  input: { readonly runId: string; readonly drafts: readonly (Draft & ShownDraws)[]; readonly contentVersion: number },
): Promise<void> {
  const { drafts, contentVersion, runId } = input;
  const lines = drafts.flatMap((draft) => draft.lines.map((line) => ({ ...line, draft })));
  await insertRows(
    scope.tx,
    "invoice_lines",
    lines,
    {
      id: ["uuid", (line) => line.id],
      invoice_id: ["uuid", (line) => line.draft.id],
      position: ["int", (line) => line.position],
      engagement_id: ["uuid", (line) => line.engagementId],
      project_id: ["uuid", (line) => line.projectId],
      description: ["text", (line) => line.description],
      quantity: ["numeric", (line) => line.quantity],
      unit: ["text", (line) => line.unit],
      minutes: ["bigint", (line) => line.minutes],
      price_minor: ["bigint", (line) => line.priceMinor],
      price_base: ["int", (line) => line.priceBase],
      retained_minor: ["bigint", (line) => line.retainedMinor],
      net_minor: ["bigint", (line) => line.netMinor],
      tax_category: ["text", (line) => line.draft.decisions[0].category],
      tax_bp: ["int", (line) => line.draft.decisions[0].basisPoints],
      rate_id: ["uuid", (line) => line.rateId],
      because: ["text", (line) => line.because],
    },
    { constants: { content_version: String(contentVersion) } },
  );
  await insertRows(
    scope.tx,
    "tax_determinations",
    drafts.flatMap((draft) => draft.taxes.map((tax) => ({ ...tax, draft }))),
    {
      id: ["uuid", () => scope.newId()],
      invoice_id: ["uuid", (tax) => tax.draft.id],
      category: ["text", (tax) => tax.category],
      basis_points: ["int", (tax) => tax.basisPoints],
      base_minor: ["bigint", (tax) => tax.baseMinor],
      tax_minor: ["bigint", (tax) => tax.taxMinor],
      because: ["text", (tax) => tax.draft.decisions.map(({ because, rule }) => `${because} ${rule}.`).join(" ")],
      exemption_code: ["text", (tax) => tax.draft.decisions[0].exemption?.code],
      exemption_reason: ["text", (tax) => tax.draft.decisions[0].exemption?.reason],
      evidence_id: ["uuid", (tax) => evidenceOf(tax.draft)],
    },
    { constants: { content_version: String(contentVersion) } },
  );
  await insertRows(
    scope.tx,
    "claims",
    lines.flatMap((line) => line.claims.map((claim) => ({ ...claim, lineId: line.id }))),
    {
      id: ["uuid", () => scope.newId()],
      work_item_id: ["uuid", (claim) => claim.work.id],
      work_item_version: ["int", (claim) => claim.work.version],
      share: ["int", (claim) => claim.work.share],
      partial: ["boolean", (claim) => claim.work.share > 0 || claim.minutes < claim.work.minutes],
      minutes: ["int", (claim) => claim.minutes],
      billed_minutes: ["int", (claim) => claim.billedMinutes],
      line_id: ["uuid", (claim) => claim.lineId],
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
      limit_id: ["uuid", ({ limit }) => limit.id],
      invoice_id: ["uuid", ({ draft }) => draft.id],
      amount: ["bigint", ({ amount }) => amount],
    },
    { constants: { content_version: String(contentVersion) } },
  );
  await saveDraws(
    scope,
    runId,
    drafts.flatMap(({ id, draws }) => draws.map((draw) => ({ draw, shownBy: { invoiceId: id, contentVersion } }))),
  );
}

/** The check that an engagement's treatment rests on; a treatment of its own rests on none. */
const evidenceOf = ({ engagement, decisions }: Draft): string | undefined =>
  decisions.includes(engagement.tax) ? engagement.taxEvidenceId : undefined;

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
      partial: ["boolean", ({ entry }) => entry.share > 0],
      minutes: ["int", ({ entry }) => entry.minutes],
      outcome: ["text", ({ outcome }) => outcome],
      reason: ["text", ({ reason }) => reason],
      absorbed_by: ["uuid", ({ absorbedBy }) => absorbedBy],
      billing_run_id: ["uuid", () => runId],
    },
  );
}
