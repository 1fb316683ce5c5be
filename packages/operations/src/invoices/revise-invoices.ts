import type { Permission } from "@plumbline/domain/access/permissions";
import type { InvoiceId } from "@plumbline/domain/id";
import { moves } from "@plumbline/domain/invoice/lifecycle";
import { Problem } from "@plumbline/domain/problem";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import type { Draft } from "../drafts/assemble-drafts.ts";
import { type ChargedWork, draftPlace, type ShownDraws } from "../drafts/draft-client.ts";
import { loadRunBook } from "../drafts/load-run-book.ts";
import type { Place } from "../drafts/place.ts";
import { saveInputs } from "../drafts/save-inputs.ts";
import { headerColumns } from "../drafts/content-columns.ts";
import { contentHashOf, saveContent } from "../drafts/save-drafts.ts";
import { prepareForReading, screenWork, selectWork } from "../drafts/select-work.ts";
import { isTakenWork } from "../drafts/taken-work.ts";
import { ruleWeeks } from "../drafts/week-rulings.ts";
import { lockDeposits } from "../deposits/load-deposits.ts";
import { lockBuckets } from "../hour-buckets/load-buckets.ts";
import { openBuckets } from "../hour-buckets/open-buckets.ts";
import { releaseDraws } from "../hour-buckets/settle-draws.ts";
import { lockLimits } from "../limits/load-limits.ts";
import { releaseUses } from "../limits/settle-uses.ts";
import { loadBundle } from "../policies/policy-bundles.ts";
import type { Invoice } from "./invoice-store.ts";
import { refuseRevision } from "./move-checks.ts";
import { type IfVersion, moveInvoices, onlyMoved } from "./move-invoices.ts";
import { releaseClaims } from "./release-claims.ts";
import { loadWriteDowns } from "../write-downs/load-write-downs.ts";
import { validateInvoices } from "./validate-invoices.ts";

/**
 * Drafts one invoice anew before issue, from the work, rates and terms of now: late or corrected time comes in, its
 * approvals are void, and validation starts again.
 *
 * @throws Problem `permission-missing` | `reason-missing` | `invoice-not-found` | `precondition-failed` |
 *   `invoice-move-refused` | `revision-refused` when its work now belongs on no invoice, or on several: discard it and
 *   bill again; or when somebody else bills it at the same moment
 */
export async function reviseInvoice(
  scope: Scope,
  input: IfVersion & { readonly invoiceId: InvoiceId; readonly reason: string },
): Promise<{ readonly contentHash: string }> {
  demand(scope, moves.revise.needs);
  const reason = input.reason.trim();
  if (reason === "") throw new Problem("reason-missing", { detail: "Say what changed." });
  return redraftInvoice(scope, { ...input, reason });
}

/** As `reviseInvoice`, for a decision that needs another permission and is written before the draft is made with it. */
export async function redraftInvoice(
  scope: Scope,
  input: IfVersion & {
    readonly invoiceId: InvoiceId;
    readonly reason: string;
    readonly needs?: Permission;
    /** A draft that nobody handed over may be drafted anew, and stays one. */
    readonly keepsDraft?: boolean;
    /** Once the invoice is locked and may be drafted anew. */
    readonly decide?: () => Promise<void>;
  },
): Promise<{ readonly contentHash: string }> {
  const { reason, needs = moves.revise.needs } = input;
  let contentHash = "";
  onlyMoved(
    await moveInvoices(scope, "revise", {
      invoiceIds: [input.invoiceId],
      ifVersion: input.ifVersion,
      needs,
      reason,
      ...(input.keepsDraft === true && { stays: "draft" }),
      prepare: async () => (invoice) => refuseRevision(invoice),
      carry: async ([invoice]) => {
        await input.decide?.();
        contentHash = await redraft(scope, invoice as Invoice).catch(refuseTakenWork);
      },
      eventData: () => ({ contentHash, reason }),
      afterHash: () => contentHash,
    }),
  );
  await validateInvoices(scope, { invoiceIds: [input.invoiceId] });
  return { contentHash };
}

function refuseTakenWork(cause: unknown): never {
  if (!isTakenWork(cause)) throw cause;
  throw new Problem("revision-refused", {
    detail: "Some of its work was billed elsewhere at this very moment; revise it again.",
    cause,
  });
}

async function redraft(scope: Scope, invoice: Invoice): Promise<string> {
  await lockLimits(scope.tx, [invoice.clientId]);
  await lockBuckets(scope.tx, [invoice.clientId]);
  await lockDeposits(scope.tx, [invoice.clientId]);
  await releaseClaims(scope.tx, [invoice.id]);
  await releaseUses(scope.tx, [invoice.id]);
  await releaseDraws(scope.tx, [invoice.id]);
  await openBuckets(scope, { before: invoice.period.end });
  await prepareForReading(scope.tx);
  const bundle = await loadBundle(scope.tx, invoice.bundleHash);
  const book = await loadRunBook(scope.tx, {
    period: invoice.period,
    bundle,
    revised: invoice.id,
    issued: { at: scope.now },
  });
  const screening = await screenWork(scope.tx, invoice.period);
  const weeks = ruleWeeks(bundle, screening.weeks);
  const place = await findPlace(scope, invoice.id);
  const writeDowns = await loadWriteDowns(scope.tx, invoice.id);
  const candidates: (Draft & ShownDraws)[] = [];
  let charged: ChargedWork | undefined;
  for await (const { entries, pieces } of selectWork(scope.tx, {
    period: invoice.period,
    only: invoice.clientId,
    bundle,
  })) {
    const drafted = draftPlace(book, { entries, pieces, screening, weeks, writeDowns }, place);
    candidates.push(...drafted.drafts);
    charged = drafted.charged;
  }
  // Where several stand, those of another treatment are other invoices, such as what was paid in the client's name, and
  // so are those that are due at another time.
  const fitting = [treatedAs, dueAs].reduce(
    (left, fits) => (left.length > 1 ? left.filter((draft) => fits(draft, place)) : left),
    candidates,
  );
  const [found] = fitting;
  if (found === undefined || charged === undefined || fitting.length > 1) {
    throw new Problem("revision-refused", {
      detail: `Its work now belongs on ${candidates.length === 0 ? "no invoice" : "several invoices"}; discard it and bill again.`,
      extra: { drafts: fitting.length },
    });
  }
  const draft = { ...found, id: invoice.id };
  const contentHash = contentHashOf(book, draft);
  await saveHeader(scope, invoice, draft, contentHash);
  await saveContent(scope, book, {
    runId: invoice.billingRunId as string, // Only a run drafts what can be revised.
    drafts: [draft],
    contentVersion: invoice.contentVersion + 1,
  });
  await saveInputs(scope, book, [{ charged, drafts: [draft], place, contentVersion: invoice.contentVersion + 1 }]);
  return contentHash;
}

/** Where the invoice stands; how it is taxed and when it is due tell it from others that stand there. */
type PlaceNow = Place & { readonly category: string; readonly paymentTermsDays: number };

async function findPlace(scope: Scope, id: InvoiceId): Promise<PlaceNow> {
  const [place] = await query<PlaceNow>(
    scope.tx,
    `select i.legal_entity_id as entity, i.payer_id as payer, i.delivery_profile_id as profile, i.currency,
            case when d.grouping in ('client', 'po') then null else i.engagement_id end as engagement, i.project_id as project,
            case when d.grouping = 'po' then coalesce(o.number, '') end as order,
            i.payment_terms_days as "paymentTermsDays",
            (select t.category from tax_determinations t
              where t.invoice_id = i.id and t.content_version = i.content_version limit 1) as category
       from invoices i join delivery_profiles d on d.id = i.delivery_profile_id
       left join purchase_orders o on o.id = i.purchase_order_id where i.id = ?`,
    [id],
  );
  return place as PlaceNow;
}

const dueAs = (draft: Draft, place: PlaceNow): boolean => draft.paymentTermsDays === place.paymentTermsDays;

const treatedAs = ({ decisions }: Draft, { category }: PlaceNow): boolean => decisions[0].category === category;

/** Which invoice it is, and whose: what is drafted anew stands where it stood. */
const kept = new Set([
  "kind",
  "legal_entity_id",
  "client_id",
  "payer_id",
  "delivery_profile_id",
  "project_id",
  "currency",
]);
const revised = Object.entries(headerColumns).filter(([name]) => !kept.has(name));

async function saveHeader(scope: Scope, invoice: Invoice, draft: Draft, contentHash: string): Promise<void> {
  await query(
    scope.tx,
    `update invoices set stage = ?, stage_since = now(), version = version + 1, content_version = content_version + 1,
            approval_round = approval_round + 1, content_hash = ?, ${revised.map(([name, [type]]) => `${name} = ?::${type}`).join(", ")}
      where id = ?`,
    [
      invoice.stage === "draft" ? "draft" : moves.revise.to,
      contentHash,
      ...revised.map(([, [, value]]) => toParameter(value(draft, 0))),
      invoice.id,
    ],
  );
}

const toParameter = (value: unknown) => (typeof value === "bigint" ? String(value) : (value ?? null));
