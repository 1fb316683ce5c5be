import type { ClientId, InvoiceId, ProjectId } from "@plumbline/domain/id";
import { type Facts } from "@plumbline/domain/policy/facts";
import { evaluate, type Ruling } from "@plumbline/domain/policy/evaluate";
import { addDays, type LocalDate } from "@plumbline/domain/calendar/local-date";
import { isSettled } from "@plumbline/domain/tax/decide-tax";
import { disbursementTax } from "@plumbline/domain/tax/disbursement-tax";
import { isConvertible } from "@plumbline/domain/tax/tax-conversion";
import { treatmentOf } from "@plumbline/domain/tax/treatment";
import { demand, type Scope } from "@plumbline/platform/scope";
import { query } from "@plumbline/platform/sql";
import { type Finding, findingOf, fingerprintOf } from "../drafts/finding.ts";
import { budgetOf } from "../drafts/invoice-facts.ts";
import { saveDecisions } from "../drafts/save-decisions.ts";
import { loadRunBook } from "../drafts/load-run-book.ts";
import type { BookEngagement, RunBook } from "../drafts/run-book.ts";
import { saveFindings } from "../exceptions/save-findings.ts";
import { engagementFor } from "../splits/divide-charges.ts";
import { loadBundle } from "../policies/policy-bundles.ts";
import { storedFacts, storedRulings } from "../policies/stored-decision.ts";
import { type Invoice, lockInvoices } from "./invoice-store.ts";

/** What an invoice holds, as the rules ask about it. */
export type Contents = {
  readonly id: InvoiceId;
  readonly lines: number;
  readonly minutes: string;
  readonly entries: number;
  readonly engagementIds: readonly BookEngagement["id"][];
  readonly projectIds: readonly ProjectId[];
  readonly payerId: ClientId;
  readonly orderId: string | null;
  /** Whether all of it was paid in the client's name. */
  readonly asAgent: boolean;
  readonly category: string;
  /** As `treatmentOf` writes it. */
  readonly treatment: string;
  readonly periodStart: LocalDate;
  readonly periodEnd: LocalDate;
  readonly bundleHash: string;
  readonly heldMinutes: string;
  readonly heldEntries: number;
  /** Whether it has its tax in the currency it is declared in. */
  readonly converted: boolean;
};

/**
 * Judges invoices anew under the bundle pinned to them, on the facts of now: opens exceptions for what stands
 * against them, closes those that no longer do, and stores facts and rulings. Policies judge what is billed: a credit note
 * takes back at the terms of its invoice, whatever the rules of today say, and is judged by those who approve it.
 *
 * @throws Problem `permission-missing`
 */
export async function validateInvoices(
  scope: Scope,
  input: { readonly invoiceIds: readonly InvoiceId[] },
): Promise<void> {
  demand(scope, "invoice.read");
  const invoices = (await lockInvoices(scope.tx, input.invoiceIds)).filter(({ kind }) => kind !== "credit_note");
  const contents = new Map((await loadContents(scope, input.invoiceIds)).map((content) => [content.id, content]));
  const sameRules = Map.groupBy(invoices, ({ bundleHash, period }) => `${bundleHash}|${period.start}|${period.end}`);
  for (const group of sameRules.values()) {
    const [{ bundleHash, period }] = group as [Invoice];
    const bundle = await loadBundle(scope.tx, bundleHash);
    const book = await loadRunBook(scope.tx, { period, bundle, issued: { at: scope.now } });
    const judged = group.map((invoice) => {
      const facts = factsNow(book, invoice, contents.get(invoice.id) as Contents);
      return { invoice, facts, rulings: evaluate(bundle, "invoice", facts) };
    });
    await saveJudgement(scope, bundleHash, judged, contents);
  }
}

async function saveJudgement(
  scope: Scope,
  bundleHash: string,
  judged: readonly { invoice: Invoice; facts: Facts<"invoice">; rulings: readonly Ruling[] }[],
  contents: ReadonlyMap<InvoiceId, Contents>,
): Promise<void> {
  await saveDecisions(
    scope,
    judged.map(({ invoice, facts, rulings }) => ({
      invoiceId: invoice.id,
      contentVersion: invoice.contentVersion,
      bundleHash,
      facts: storedFacts(facts),
      rulings: storedRulings(rulings),
    })),
  );
  const findings = judged.flatMap(({ invoice, rulings }) =>
    rulings
      .filter(({ outcome }) => outcome !== "pass")
      .map((ruling) => against(invoice, ruling, contents.get(invoice.id))),
  );
  await query(
    scope.tx,
    `update exceptions set state = 'resolved', closed_at = now()
      where invoice_id = any(?) and state = 'open' and not fingerprint = any(?)`,
    [judged.map(({ invoice }) => invoice.id), findings.map(fingerprintOf)],
  );
  const runOf = new Map(judged.map(({ invoice }) => [invoice.id, invoice.billingRunId]));
  for (const [runId, ofRun] of Map.groupBy(findings, ({ subjectId }) => runOf.get(subjectId as InvoiceId))) {
    await saveFindings(scope, runId, ofRun);
  }
}

const against = (invoice: Invoice, ruling: Ruling, content: Contents | undefined): Finding =>
  findingOf(ruling, {
    subjectKind: "invoice",
    subjectId: invoice.id,
    invoiceId: invoice.id,
    entries: content?.entries ?? 0,
    minutes: Number(content?.minutes ?? 0),
    amountMinor: invoice.net.minor,
    currency: invoice.net.currency,
    work: [],
  });

function factsNow(book: RunBook, invoice: Invoice, content: Contents): Facts<"invoice"> {
  const { engagementIds, payerId, orderId } = content;
  const engagements = engagementIds.flatMap((id) => engagementFor(book, id, payerId, orderId) ?? []);
  const [first] = engagements;
  const order = engagements.find((engagement) => engagement.order?.id === orderId)?.order;
  const missing = [...new Set(engagements.flatMap((engagement) => engagement.missing))];
  return {
    invoice: {
      netMinor: invoice.net.minor,
      totalMinor: invoice.total.minor,
      minutes: BigInt(content.minutes),
      lines: BigInt(content.lines),
      currency: invoice.net.currency,
      first: !book.knownClients.has(invoice.clientId),
    },
    client: { id: invoice.clientId, poRequired: first?.poRequired },
    po: {
      present: order !== undefined,
      currency: order?.currency ?? "",
      // What the order has left counts this invoice as taken already; the rule asks what was left before it.
      remainingMinor:
        order === undefined
          ? 0n
          : engagements
              .filter((engagement) => (engagement.order?.number ?? engagement.order?.id) === (order.number ?? order.id))
              .reduce((sum, { order: of }) => sum + (book.orderRemaining.get(of?.id ?? "") ?? 0n), invoice.net.minor),
      validOn: order?.validOn ?? false,
    },
    engagement: { ready: missing.length === 0, missing },
    budget: budgetOf(book, content),
    seller: { country: first?.sellerCountry },
    buyer: { country: first && (first.buyer.country ?? ""), hasTaxId: first?.buyer.hasTaxId },
    tax: {
      category: content.category,
      // Settled means: decided with evidence, and the same today as on the invoice.
      settled: engagements.every(({ tax: ofEngagement, sellerCountry, language }) => {
        const tax = content.asAgent
          ? disbursementTax(sellerCountry, addDays(invoice.period.end, -1), language)
          : ofEngagement;
        return isSettled(tax) && treatmentOf(tax) === content.treatment;
      }),
      convertible: isConvertible({
        taxMinor: invoice.total.minor - invoice.net.minor,
        fx: first?.fx,
        converted: content.converted,
      }),
    },
    held: { minutes: BigInt(content.heldMinutes), entries: BigInt(content.heldEntries) },
  };
}

export async function loadContents(scope: Scope, ids: readonly InvoiceId[]): Promise<Contents[]> {
  return query<Contents>(
    scope.tx,
    `with billed as (
       select i.id, i.payer_id, i.purchase_order_id, i.period_start, i.period_end, i.bundle_hash, l.project_id, l.id as line_id, l.minutes, l.engagement_id
         from invoices i
         join invoice_lines l on l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.content_version = i.content_version
        where i.id = any(?)),
     held as (
       select w.project_id, sum(w.minutes) as minutes, count(*)::int as entries
         from work_items w
        where w.project_id in (select project_id from billed) and w.current and w.kind = 'time' and w.status <> 'rejected'
          and exists (select 1 from exception_items x join exceptions e on e.tenant_id = x.tenant_id and e.id = x.exception_id
                       where x.tenant_id = w.tenant_id and x.work_item_id = w.id and x.work_item_version = w.version and e.state = 'open')
          and not exists (select 1 from claims c where c.tenant_id = w.tenant_id and c.work_item_id = w.id and c.released_at is null)
        group by 1)
     select b.id, count(*)::int as lines, sum(b.minutes)::text as minutes, array_agg(distinct b.engagement_id) as "engagementIds",
            coalesce(array_agg(distinct b.project_id) filter (where b.project_id is not null), '{}') as "projectIds",
            b.payer_id as "payerId", b.purchase_order_id as "orderId", b.period_start as "periodStart", b.period_end as "periodEnd",
            b.bundle_hash as "bundleHash",
            coalesce((select bool_and(w.kind = 'disbursement') from claims c
                        join work_items w on w.tenant_id = c.tenant_id and w.id = c.work_item_id and w.version = c.work_item_version
                       where c.line_id = any(array_agg(b.line_id)) and c.released_at is null), false) as "asAgent",
            (select count(*)::int from claims c where c.line_id = any(array_agg(b.line_id)) and c.released_at is null) as entries,
            (select t.category from tax_determinations t join invoices i on i.id = t.invoice_id and i.content_version = t.content_version
              where t.invoice_id = b.id limit 1) as category,
            (select case when count(t.jurisdiction) = 0 then min(t.category || ' ' || t.basis_points)
                         else min(t.category) || ' ' || string_agg(t.jurisdiction || '=' || t.rate_millionths, ' '
                                order by (t.jurisdiction || '=' || t.rate_millionths) collate "C") end
               from tax_determinations t join invoices i on i.id = t.invoice_id and i.content_version = t.content_version
              where t.invoice_id = b.id and (t.level is not null or exists (
                select 1 from invoice_lines n where n.invoice_id = i.id and n.content_version = i.content_version
                   and n.tax_category = t.category and n.tax_bp = t.basis_points and n.deducts is null and n.retaxes is null))) as treatment,
            exists (select 1 from tax_conversions v join invoices i on i.id = v.invoice_id and i.content_version = v.content_version
                     where v.invoice_id = b.id) as converted,
            coalesce((select sum(h.minutes) from held h where h.project_id = any(array_agg(b.project_id))), 0)::text as "heldMinutes",
            coalesce((select sum(h.entries) from held h where h.project_id = any(array_agg(b.project_id))), 0)::int as "heldEntries"
       from billed b group by b.id, b.payer_id, b.purchase_order_id, b.period_start, b.period_end, b.bundle_hash`,
    [ids],
  );
}
